import { expect, test } from 'bun:test';
import { burnRatePerHour, type CostSample, hourlyBurnRate, withSample } from './burn-rate.ts';

const MINUTE = 60_000;

/** `[minute, dollars in all]` */
function samples(...told: readonly (readonly [number, number])[]): CostSample[] {
  return told.reduce<CostSample[]>((all, [minute, costUsd]) => withSample(all, { at: minute * MINUTE, costUsd }), []);
}

test('nothing spent is no rate', () => {
  expect(burnRatePerHour([], 0)).toBe(0);
  expect(burnRatePerHour(samples([0, 3]), MINUTE)).toBe(0);
  expect(burnRatePerHour(samples([0, 3], [1, 3]), MINUTE)).toBe(0);
});

test('the rate is what was spent over the time, per hour', () => {
  expect(burnRatePerHour(samples([0, 1], [2, 1.5]), 2 * MINUTE)).toBeCloseTo(15);
});

test('only the last five minutes count', () => {
  const all = samples([0, 0], [1, 10], [7, 10.5]);
  expect(burnRatePerHour(all, 8 * MINUTE)).toBeCloseTo(0.5 * 12);
  expect(burnRatePerHour(all, 11.9 * MINUTE)).toBeCloseTo(0.5 * 12);
  expect(burnRatePerHour(all, 12 * MINUTE)).toBe(0);
});

test('an answer that cost something a second after the start is no rate of thousands', () => {
  expect(burnRatePerHour(samples([0, 0], [1 / 60, 0.5]), 1_000)).toBeCloseTo(30);
});

test('what was spent before a long rest is known still', () => {
  expect(burnRatePerHour(samples([0, 100], [500, 101]), 500 * MINUTE)).toBeCloseTo(12);
});

test('the hour’s rate is unknown until an hour has passed', () => {
  const all = samples([0, 0], [30, 6]);
  expect(hourlyBurnRate(all, 59 * MINUTE)).toBeNull();
  expect(hourlyBurnRate(all, 60 * MINUTE)).toBeCloseTo(6);
  expect(hourlyBurnRate(all, 91 * MINUTE)).toBe(0);
});

test('a busy hour is kept in a few hundred samples, and nothing of it is lost', () => {
  let all: CostSample[] = [];
  for (let second = 0; second <= 3 * 3_600; second++)
    all = withSample(all, { at: second * 1_000, costUsd: second / 1_000 });
  expect(all.length).toBeLessThan(400);
  expect(burnRatePerHour(all, 3 * 3_600_000)).toBeCloseTo(3.6);
  expect(hourlyBurnRate(all, 3 * 3_600_000)).toBeCloseTo(3.6);
});
