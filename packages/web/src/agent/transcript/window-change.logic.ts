import type { Row } from './rows.ts';

/** Rows that one sliding of the window takes away at most. */
const MAX_DROPPED = 4000;

/**
 * How to show `next` in place of `before` without a jump. A virtual list keeps its position only when rows come or go at
 * one end at a time: first the rows after the common part (`end`), then those before it (`both`, counted from the end).
 */
export function windowChange(before: readonly Row[], next: readonly Row[]): { end: readonly Row[]; shifts: boolean } {
  const anchor = before.slice(0, MAX_DROPPED).findIndex(({ key }) => key === next[0]?.key);
  if (anchor > 0) return { end: [...before.slice(0, anchor), ...next], shifts: true };
  const first = before.slice(0, 20).find(({ kind }) => kind !== 'status');
  const added = first ? next.findIndex(({ key }) => key === first.key) : -1;
  return added > 0 ? { end: next.slice(added), shifts: true } : { end: next, shifts: false };
}
