/** What a drag of a file of the Files tab carries besides its text: the absolute path. */
export const DRAGGED_PATH = 'application/x-agor-path';

/**
 * Reports how far the pointer moved from where it went down, until it is let go. For handles that resize something.
 */
export function dragged(down: PointerEvent, moved: (dx: number, dy: number) => void): void {
  const handle = down.currentTarget;
  if (!(handle instanceof HTMLElement) || down.button !== 0) return;
  down.preventDefault();
  handle.setPointerCapture(down.pointerId);
  const end = new AbortController();
  const { signal } = end;
  handle.addEventListener('pointermove', (event) => moved(event.clientX - down.clientX, event.clientY - down.clientY), {
    signal,
  });
  handle.addEventListener('pointerup', () => end.abort(), { signal });
  handle.addEventListener('pointercancel', () => end.abort(), { signal });
}
