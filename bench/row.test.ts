import { expect, test } from 'bun:test';
import { atLeast, atMost, percentile, table } from './row.ts';

test('a table shows each figure with three digits beside its bar, and whether the bar is held', () => {
  const rows = [
    atMost('memory', 120, 120, 'MB'),
    atMost('late', 15.04, 15, 'ms'),
    atLeast('events', 28_400, 30_000, '/s'),
    { name: 'small', value: 0.30000001, unit: '%' },
  ];
  expect(table(rows).split('\n')).toEqual([
    'what    measured   bar',
    'memory  120 MB     ≤ 120 MB    ok',
    'late    15 ms      ≤ 15 ms     over',
    'events  28,400 /s  ≥ 30000 /s  over',
    'small   0.3 %',
  ]);
});

test('a percentile is one of the samples', () => {
  const samples = [5, 1, 4, 2, 3];
  expect([0, 0.5, 0.99, 1].map((share) => percentile(samples, share))).toEqual([1, 3, 5, 5]);
  expect(percentile([], 0.5)).toBeNaN();
});
