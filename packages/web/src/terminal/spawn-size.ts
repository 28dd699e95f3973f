import type { PtySize } from '@agor/protocol';

/** Of JetBrains Mono: a cell's width and height for each pixel of the font's size. */
const CELL_WIDTH = 0.6;
const CELL_HEIGHT = 1.32;
const SCROLL_BAR_PX = 14;
const PADDING_PX = 10;

/** About the size that a terminal in this element will have, so that the shell's first prompt is drawn once. The real one follows. */
export function spawnSize(element: HTMLElement | undefined, fontSize: number): PtySize {
  const { clientWidth = 0, clientHeight = 0 } = element ?? {};
  if (clientWidth === 0 || clientHeight === 0) return { cols: 80, rows: 24 };
  const cols = Math.floor((clientWidth - PADDING_PX - SCROLL_BAR_PX) / (fontSize * CELL_WIDTH));
  const rows = Math.floor((clientHeight - PADDING_PX) / (fontSize * CELL_HEIGHT));
  return { cols: Math.min(1000, Math.max(2, cols)), rows: Math.min(1000, Math.max(1, rows)) };
}
