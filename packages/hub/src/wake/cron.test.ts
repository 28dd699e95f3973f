import { expect, test } from 'bun:test';
import { cronProblem, lastRun, nextRun } from './cron.ts';

const at = (text: string): number => Date.parse(text);
const berlin = (expression: string) => ({ expression, timeZone: 'Europe/Berlin' });
function times(expression: string, from: string, count: number): string[] {
  const found: string[] = [];
  let after = at(from);
  while (found.length < count) {
    after = nextRun(berlin(expression), after) ?? 0;
    found.push(new Date(after).toISOString());
  }
  return found;
}

test('workdays at nine are in the time zone that was given', () => {
  expect(times('0 9 * * 1-5', '2026-11-20T12:00:00Z', 2)).toEqual([
    '2026-11-23T08:00:00.000Z',
    '2026-11-24T08:00:00.000Z',
  ]);
});

test('a time that the clocks skip in spring comes as the next one that exists, once', () => {
  expect(times('30 2 * * *', '2026-03-28T12:00:00Z', 2)).toEqual([
    '2026-03-29T01:00:00.000Z',
    '2026-03-30T00:30:00.000Z',
  ]);
});

test('a time that comes twice in autumn counts once, and every hour stays every hour', () => {
  expect(times('30 2 * * *', '2026-10-24T12:00:00Z', 2)).toEqual([
    '2026-10-25T00:30:00.000Z',
    '2026-10-26T01:30:00.000Z',
  ]);
  expect(times('0 * * * *', '2026-10-24T23:30:00Z', 3)).toEqual([
    '2026-10-25T00:00:00.000Z',
    '2026-10-25T01:00:00.000Z',
    '2026-10-25T02:00:00.000Z',
  ]);
});

test('what can never come is refused in words', () => {
  const now = at('2026-01-01T00:00:00Z');
  expect(cronProblem(berlin('0 9 * * 1-5'), now)).toBeNull();
  expect(cronProblem({ expression: '@daily' }, now)).toBeNull();
  expect(cronProblem(berlin('at nine'), now)).toContain('no cron expression of five fields');
  expect(cronProblem(berlin('61 * * * *'), now)).toContain('Invalid value for minute: 61');
  expect(cronProblem(berlin('0 0 0 * * *'), now)).toContain('five fields');
  expect(cronProblem(berlin('0 0 30 2 *'), now)).toBe('"0 0 30 2 *" never comes.');
  expect(cronProblem({ expression: '* * * * *', timeZone: 'Mars/Base' }, now)).toContain('no time zone "Mars/Base"');
});

test('the last time before now is found, if it is not too long ago', () => {
  const nine = at('2026-11-23T08:00:00Z');
  const noon = at('2026-11-23T11:00:00Z');
  expect(lastRun(berlin('0 9 * * *'), noon - 24 * 3_600_000, noon)).toBe(nine);
  expect(lastRun(berlin('0 9 * * *'), nine, nine)).toBe(nine);
  expect(lastRun(berlin('0 9 * * *'), nine + 1, noon)).toBeNull();
});
