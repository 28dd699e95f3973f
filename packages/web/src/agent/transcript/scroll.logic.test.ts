import { describe, expect, test } from 'vitest';
import type { Row } from './rows.ts';
import { StickToEnd } from './stick.logic.ts';
import { windowChange } from './window-change.logic.ts';

describe('the end of the transcript', () => {
  const at = (top: number, distanceToEnd: number, byHand = false) => ({
    top,
    distanceToEnd,
    byHand,
    height: top + distanceToEnd + 500,
  });

  test('is kept in view while rows arrive, let go by scrolling up, and taken again at the end', () => {
    const stick = new StickToEnd();
    expect(stick.scrolled(at(1000, 0))).toBe(true);
    // Rows arrived below: the end is further away, the view did not move.
    expect(stick.scrolled(at(1000, 400))).toBe(true);
    expect(stick.scrolled(at(900, 500))).toBe(false);
    expect(stick.scrolled(at(1000, 400))).toBe(false);
    expect(stick.scrolled(at(1390, 10))).toBe(true);
  });

  test('is not let go by rows that turn out lower than thought', () => {
    const stick = new StickToEnd();
    stick.scrolled(at(1000, 0));
    expect(stick.scrolled(at(900, 300))).toBe(true);
  });

  test('is let go by hand while text streams in', () => {
    const stick = new StickToEnd();
    stick.scrolled(at(1000, 0));
    expect(stick.scrolled(at(900, 130, true))).toBe(false);
  });

  test('is not let go by a small slip', () => {
    const stick = new StickToEnd();
    stick.scrolled(at(1000, 0));
    expect(stick.scrolled(at(970, 30))).toBe(true);
  });
});

describe('a window that moves', () => {
  const rows = (from: number, to: number): Row[] =>
    Array.from({ length: to - from }, (_, index) => ({ kind: 'marker', key: `e${from + index}`, at: 0, text: '' }));
  const keys = (list: readonly Row[]) => list.map(({ key }) => key);

  test('shows new rows at its end as they are', () => {
    expect(windowChange(rows(0, 5), rows(0, 8))).toEqual({ end: rows(0, 8), shifts: false });
  });

  test('first loses its end, then gains an older page', () => {
    const change = windowChange(rows(50, 100), rows(10, 60));
    expect(change.shifts).toBe(true);
    expect(keys(change.end)).toEqual(keys(rows(50, 60)));
  });

  test('first gains its end, then loses its beginning', () => {
    const change = windowChange(rows(0, 50), rows(10, 60));
    expect(change.shifts).toBe(true);
    expect(keys(change.end)).toEqual(keys(rows(0, 60)));
  });

  test('is shown at once when it went somewhere else', () => {
    expect(windowChange(rows(0, 50), rows(500, 550))).toEqual({ end: rows(500, 550), shifts: false });
  });
});
