export interface KeyActions {
  /** Whether there was something to copy. */
  copy(): boolean;
  find(): void;
  /** Larger (1), smaller (-1) or usual (0) text. */
  zoom(by: 1 | -1 | 0): void;
}

/** The keys that are the window's and not the program's. False: the terminal leaves the key alone. */
export function terminalKey(event: KeyboardEvent, on: KeyActions, isMac = false): boolean {
  const zoom = zoomKey(event, isMac);
  const key = event.key.toLowerCase();
  const mod = isMac ? event.metaKey && !event.ctrlKey : event.ctrlKey && event.shiftKey && !event.metaKey;
  const isOwn = mod && !event.altKey && (!isMac || !event.shiftKey);
  // The browser pastes by itself, as plain text, without asking for the right to read the clipboard. On a Mac it copies, too.
  if (isOwn && (key === 'v' || (isMac && key === 'c'))) return false;
  const act =
    zoom !== null ? () => on.zoom(zoom) : isOwn && key === 'c' ? on.copy : isOwn && key === 'f' ? on.find : null;
  if (!act) return true;
  event.preventDefault();
  event.stopPropagation();
  if (event.type === 'keydown') act();
  return false;
}

/** As of the browser's own zoom, whose keys these are everywhere else. */
function zoomKey({ key, ctrlKey, metaKey, altKey }: KeyboardEvent, isMac: boolean): 1 | -1 | 0 | null {
  if (altKey || !(isMac ? metaKey && !ctrlKey : ctrlKey && !metaKey)) return null;
  if (key === '=' || key === '+') return 1;
  return key === '-' ? -1 : key === '0' ? 0 : null;
}
