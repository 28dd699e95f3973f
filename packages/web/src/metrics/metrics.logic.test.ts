import { TurnMetrics } from '@agor/protocol';
import { expect, test } from 'vitest';
import { activityWords } from '../ui/activity-words.logic.ts';
import { csvOf, dayLabel, duration, everyDay, totalsOf } from './metrics.logic.ts';

const day = { costUsd: 1, inputTokens: 10, outputTokens: 5, turns: 2, toolCalls: 3, failed: 1 };

test('a period has all its days, those without work too, and sums to what they took', () => {
  const days = everyDay([{ day: '2026-11-22', ...day }], 3, Date.UTC(2026, 10, 23, 1));
  expect(days.map((one) => [one.day, one.turns])).toEqual([
    ['2026-11-21', 0],
    ['2026-11-22', 2],
    ['2026-11-23', 0],
  ]);
  expect(totalsOf(days)).toEqual(day);
  expect(dayLabel('2026-11-22')).toBe('Nov 22');
});

test('an export quotes what has commas, and hands no formula to a spreadsheet', () => {
  const turn = TurnMetrics.parse({
    sessionId: 's',
    projectId: null,
    provider: 'demo',
    model: null,
    startedAt: 0,
    endedAt: 90_000,
    outcome: 'failed',
    costUsd: 0.5,
    inputTokens: 1,
    outputTokens: 2,
    toolCalls: 0,
    peakContextTokens: null,
    error: '=HYPERLINK("x"), no',
  });
  expect(csvOf({ days: [], models: [], turns: [turn] }).split('\r\n')[1]).toBe(
    `1970-01-01T00:01:30.000Z,,s,demo,,failed,90,0.5,1,2,0,,"'=HYPERLINK(""x""), no"`,
  );
});

test('a time is told in its two largest units', () => {
  expect([400, 45_000, 200_000, 3_900_000].map(duration)).toEqual(['0 s', '45 s', '3 m 20 s', '1 h 5 m']);
});

test('what an agent does is told with how long it has', () => {
  const health = { activityState: 'running', activeTool: 'Bash', idleDurationMs: 0 } as const;
  expect(activityWords(undefined).text).toBe('at rest');
  expect(activityWords(health, 185_000).text).toBe('Bash · 3 m');
  expect(activityWords({ ...health, activityState: 'stalled', idleDurationMs: 16 * 60_000 }).text).toBe(
    'stalled · 16 m in Bash',
  );
  expect(activityWords({ activityState: 'idle', activeTool: null, idleDurationMs: 0 }).text).toBe('thinks');
});
