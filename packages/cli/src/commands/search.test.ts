import { expect, test } from 'bun:test';
import { sinceOf } from './search.ts';

test('--since takes a span before now or a date, and says what it takes', () => {
  const now = Date.UTC(2026, 10, 23, 12);
  expect(sinceOf('12h', now)).toBe(Date.UTC(2026, 10, 23, 0));
  expect(sinceOf('3d', now)).toBe(Date.UTC(2026, 10, 20, 12));
  expect(sinceOf('2w', now)).toBe(Date.UTC(2026, 10, 9, 12));
  expect(sinceOf('2026-01-31', now)).toBe(Date.UTC(2026, 0, 31));
  expect(() => sinceOf('soon', now)).toThrow('--since takes 12h, 3d, 2w or a date');
});
