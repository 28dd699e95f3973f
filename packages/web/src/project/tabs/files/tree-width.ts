/** How wide the tree of files may be, in rem (spec §10.2). */
export const TREE_REM = { min: 8, max: 30, usual: 14 };
const KEY = 'agor.filesWidth';

export function readTreeWidth(): number {
  try {
    const width = Number(localStorage.getItem(KEY) ?? TREE_REM.usual);
    return width >= TREE_REM.min && width <= TREE_REM.max ? width : TREE_REM.usual;
  } catch {
    // Storage is off.
    return TREE_REM.usual;
  }
}

export function writeTreeWidth(rem: number): void {
  try {
    localStorage.setItem(KEY, String(Math.round(rem * 100) / 100));
  } catch {
    // Storage is full or off: the next visit begins with the usual width.
  }
}
