type KeyPress = Pick<KeyboardEvent, 'key' | 'code' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>;

/**
 * Whether a key press is this shortcut. Null: no. Otherwise the digit pressed, for one with a range ("Alt+1…5"), or 0.
 * Digits are read by their place on the keyboard: Shift and Alt turn them into other characters.
 */
export function matchKeys(keys: string, event: KeyPress, mac: boolean): number | null {
  const parts = keys.split('+');
  const key = parts.at(-1) ?? '';
  const wants = (name: string) => parts.includes(name);
  const mod = mac ? event.metaKey : event.ctrlKey;
  const other = mac ? event.ctrlKey : event.metaKey;
  if (mod !== wants('Mod') || other || event.altKey !== wants('Alt')) return null;
  const range = /^(\d)…(\d)$/.exec(key);
  if (range) {
    const digit = Number(/^Digit(\d)$/.exec(event.code)?.[1] ?? Number.NaN);
    const inRange = digit >= Number(range[1]) && digit <= Number(range[2]);
    return inRange && event.shiftKey === wants('Shift') ? digit : null;
  }
  // "?" needs Shift on most keyboards and not on others: only what it types counts.
  const isLetter = /^[a-z]$/i.test(key);
  if (isLetter && event.shiftKey !== wants('Shift')) return null;
  return event.key.toLowerCase() === key.toLowerCase() ? 0 : null;
}

/** Whether keys pressed here are the person's text: a field, an editor, or anything inside a terminal. */
export function isEditing(target: EventTarget | null): boolean {
  if (!(target instanceof Element)) return false;
  if (target.closest('.xterm')) return true;
  if (target instanceof HTMLElement && target.isContentEditable) return true;
  if (target instanceof HTMLInputElement)
    return !/^(button|checkbox|radio|range|color|submit|reset)$/.test(target.type);
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement;
}

/** A shortcut as it is printed on this computer's keys. */
export function keyCaps(keys: string, mac: boolean): string[] {
  const caps: Record<string, string> = mac
    ? { Mod: '⌘', Alt: '⌥', Shift: '⇧' }
    : { Mod: 'Ctrl', Alt: 'Alt', Shift: 'Shift' };
  return keys.split('+').map((part) => caps[part] ?? part);
}
