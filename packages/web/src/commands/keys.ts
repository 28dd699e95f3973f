type KeyPress = Pick<KeyboardEvent, 'key' | 'code' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'> &
  Partial<Pick<KeyboardEvent, 'getModifierState'>>;

/** In the order in which they are written. `Mod` is Ctrl, on a Mac Cmd; `Ctrl` is a Mac's other one, `Meta` the other one elsewhere. */
const MODIFIERS = ['Mod', 'Ctrl', 'Meta', 'Alt', 'Shift'] as const;
/** Keys with a name instead of a character, as KeyboardEvent.key has them; "Space" and "Plus" are ours. */
const NAMED =
  /^(F\d{1,2}|Enter|Escape|Tab|Space|Plus|Backspace|Delete|Insert|Home|End|PageUp|PageDown|Arrow(Up|Down|Left|Right))$/;
const ONLY_MODIFIER = /^(Control|Meta|Alt|AltGraph|Shift|CapsLock|NumLock|Dead|Process|Unidentified|Fn.*)$/;

/**
 * What was pressed, as shortcuts are written: "Mod+Shift+K", "Alt+1", "?". Null for a modifier alone, and for what types a character by
 * AltGr. Letters and digits are told by the character, or by their place where the layout or a modifier makes something else of them; of
 * other characters only what they type counts, because where they need Shift differs from keyboard to keyboard.
 */
export function pressed(event: KeyPress, mac: boolean): string | null {
  if (ONLY_MODIFIER.test(event.key) || event.getModifierState?.('AltGraph')) return null;
  const [mod, other] = mac ? [event.metaKey, event.ctrlKey] : [event.ctrlKey, event.metaKey];
  const key = keyOf(event, mod || other || event.altKey);
  if (key === null) return null;
  const held = {
    Mod: mod,
    Ctrl: mac && other,
    Meta: !mac && other,
    Alt: event.altKey,
    Shift: event.shiftKey && (NAMED.test(key) || /^[A-Z0-9]$/.test(key)) && key !== 'Plus',
  };
  return [...MODIFIERS.filter((name) => held[name]), key].join('+');
}

function keyOf({ key, code }: KeyPress, modified: boolean): string | null {
  const digit = /^Digit(\d)$/.exec(code)?.[1];
  // Shift and Alt make other characters of digits; without a modifier the person types.
  if (digit && modified) return digit;
  if (key === ' ') return 'Space';
  if (key === '+') return 'Plus';
  if (/^[a-z]$/i.test(key)) return key.toUpperCase();
  const letter = /^Key([A-Z])$/.exec(code)?.[1];
  // Option makes "¬" of L, and a Cyrillic keyboard has no L at all.
  if (letter && modified && !/^[!-~]$/.test(key)) return letter;
  return key.length === 1 || NAMED.test(key) ? key : null;
}

/** Keys as they are kept: modifiers in their order, letters as capitals. Null when it is no key that can be pressed. */
export function normalKeys(keys: string, mac: boolean): string | null {
  const parts = keys.split('+');
  const key = parts.pop() ?? '';
  const named = /^[a-z]$/.test(key) ? key.toUpperCase() : key;
  if (!(named.length === 1 || NAMED.test(named))) return null;
  const names = new Set(parts.map((part) => (!mac && part === 'Ctrl' ? 'Mod' : mac && part === 'Meta' ? 'Mod' : part)));
  if (names.size !== parts.length || [...names].some((name) => !MODIFIERS.includes(name as never))) return null;
  return [...MODIFIERS.filter((name) => names.has(name)), named].join('+');
}

/** Keys that type text: they count only where nobody writes, whatever a command says. */
export function typesText(keys: string): boolean {
  return !/^(Mod|Ctrl|Meta|Alt)\+/.test(keys) && !/^(Shift\+)?F\d/.test(keys);
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

const CAPS: Readonly<Record<string, string>> = {
  Plus: '+',
  Escape: 'Esc',
  ArrowUp: '↑',
  ArrowDown: '↓',
  ArrowLeft: '←',
  ArrowRight: '→',
  PageUp: 'PgUp',
  PageDown: 'PgDn',
};
const MAC_CAPS: Readonly<Record<string, string>> = { ...CAPS, Mod: '⌘', Ctrl: '⌃', Alt: '⌥', Shift: '⇧', Enter: '↵' };
const OTHER_CAPS: Readonly<Record<string, string>> = { ...CAPS, Mod: 'Ctrl', Meta: 'Win' };

/** A shortcut as it is printed on this computer's keys. */
export function keyCaps(keys: string, mac: boolean): string[] {
  const caps = mac ? MAC_CAPS : OTHER_CAPS;
  return keys.split('+').map((part) => caps[part] ?? part);
}

/** A shortcut in one word, for a tooltip: "Ctrl+Shift+K", on a Mac "⌘⇧K". */
export function keyText(keys: string, mac: boolean): string {
  return keyCaps(keys, mac).join(mac ? '' : '+');
}

export function isMac(): boolean {
  return /Mac|iPhone|iPad/.test(navigator.userAgent);
}
