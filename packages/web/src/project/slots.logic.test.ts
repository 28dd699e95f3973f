import { expect, test } from 'vitest';
import { visibleSlots } from './slots.logic.ts';

test.each([
  [5, 420, 1],
  [5, 1322, 2],
  [5, 1876, 3],
  [5, 2516, 4],
  [5, 5076, 5],
  [2, 5076, 2],
  [1, 2516, 1],
  [12, 420, 1],
  [12, 2516, 4],
  [12, 6400, 12],
  [0, 1876, 0],
])('of %i boxes in %i px, %i are seen at once', (boxes, width, seen) => {
  expect(visibleSlots(boxes, width)).toBe(seen);
});
