export interface KeyActions {
  /** Whether there was something to copy. */
  copy(): boolean;
  find(): void;
}

/** The keys that are the window's and not the program's. False: the terminal leaves the key alone. */
export function terminalKey(event: KeyboardEvent, on: KeyActions): boolean {
  if (!event.ctrlKey || !event.shiftKey || event.altKey || event.metaKey) return true;
  const key = event.key.toLowerCase();
  // The browser pastes by itself, as plain text, without asking for the right to read the clipboard.
  if (key === 'v') return false;
  if (key !== 'c' && key !== 'f') return true;
  event.preventDefault();
  event.stopPropagation();
  if (event.type !== 'keydown') return false;
  if (key === 'c') on.copy();
  else on.find();
  return false;
}
