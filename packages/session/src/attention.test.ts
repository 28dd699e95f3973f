import { expect, test } from 'bun:test';
import type { SessionEventBody } from '@agor/protocol';
import { attentionOf, type HealthSignals, NO_SIGNALS } from './attention.ts';
import { statusOf } from './status.ts';
import { ask, permissionAsk, prompt, promptId, stateOf, turn } from './testing.ts';

const score = (state: ReturnType<typeof stateOf>, signals: Partial<HealthSignals> = {}) =>
  attentionOf(state, statusOf(state, true), { ...NO_SIGNALS, ...signals });

const started: SessionEventBody = { kind: 'processStarted', pid: 1, startTime: '1' };
const crashed: SessionEventBody = { kind: 'processExited', code: 1, signal: null, expected: false };
const turnStarted: SessionEventBody = { kind: 'turnStarted', turnId: turn('t') };
const MINUTE = 60_000;

function context(percent: number): SessionEventBody {
  return {
    kind: 'message',
    message: {
      id: 'u',
      type: 'usage',
      timestamp: 0,
      content: { contextTokens: percent * 1_000, contextWindow: 100_000 },
    },
  };
}

test('a quiet session needs nobody', () => {
  expect(score(stateOf())).toEqual({ score: 0, reason: null });
  expect(score(stateOf(started, context(75)))).toEqual({ score: 0, reason: null });
});

test('a waiting agent comes before a failed one, a failed one before a lapsed ask', () => {
  const waiting = score(stateOf({ kind: 'askOpened', ask: permissionAsk('q') }));
  const failed = score(stateOf(crashed));
  const lapsed = score(stateOf({ kind: 'askOpened', ask: permissionAsk('q') }, { kind: 'askLapsed', askId: ask('q') }));
  expect(waiting.score).toBeGreaterThan(failed.score);
  expect(failed.score).toBeGreaterThan(lapsed.score);
  expect(failed).toMatchObject({ score: 90 });
  expect(failed.reason).toContain('exit code 1');
});

test('a failure is told in 60 characters', () => {
  const health: SessionEventBody = {
    kind: 'health',
    health: { state: 'failed', attempts: 5, lastError: 'x'.repeat(200) },
  };
  expect(score(stateOf(health))).toEqual({ score: 90, reason: 'x'.repeat(60) });
});

test('a prompt that may not have arrived asks for a look', () => {
  const state = stateOf(
    { kind: 'promptQueued', prompt: prompt('a') },
    { kind: 'promptSent', promptId: promptId('a') },
    { kind: 'promptDoubtful', promptId: promptId('a'), reason: 'x' },
  );
  expect(score(state).reason).toContain('may not have arrived');
});

test('a stalled agent is the most urgent of all', () => {
  const activity = { state: 'stalled', idleMs: 17.9 * MINUTE, tool: null } as const;
  const state = stateOf(started, turnStarted, context(95));
  expect(score(state, { activity })).toEqual({ score: 100, reason: 'Stalled — 17 min' });
  expect(score(state, { activity: { ...activity, tool: 'Bash' } }).reason).toBe('Stalled — 17 min in Bash');
});

test.each([
  [76, 40, 'context 76 %'],
  [90, 40, 'context 90 %'],
  [90.4, 80, 'context 90 % full'],
  [91, 80, 'context 91 % full'],
  [120, 80, 'context 100 % full'],
])('a live agent with a context of %d %% scores %d', (percent, points, reason) => {
  expect(score(stateOf(started, context(percent)))).toEqual({ score: points, reason });
});

test('the context of an agent that has ended fills no more', () => {
  expect(score(stateOf(context(99)))).toEqual({ score: 0, reason: null });
});

test('a file conflict comes after a context that is nearly full and before one that fills', () => {
  expect(score(stateOf(), { fileConflicts: 1 })).toEqual({ score: 70, reason: '1 file conflict' });
  expect(score(stateOf(started, context(80)), { fileConflicts: 2 })).toEqual({ score: 70, reason: '2 file conflicts' });
  expect(score(stateOf(started, context(91)), { fileConflicts: 2 }).score).toBe(80);
});

test.each([
  [1, 10, '1 task in review'],
  [4, 40, '4 tasks in review'],
  [5, 50, '5 tasks in review'],
  [9, 50, '9 tasks in review'],
])('a review queue of %d scores %d', (reviewTasks, points, reason) => {
  expect(score(stateOf(), { reviewTasks })).toEqual({ score: points, reason });
});

test('the first in order counts alone: scores are not added up', () => {
  const full = stateOf(started, context(80));
  expect(score(full, { fileConflicts: 1, reviewTasks: 5 }).score).toBe(70);
  expect(score(full, { reviewTasks: 1 })).toEqual({ score: 10, reason: '1 task in review' });
  const activity = { state: 'stalled', idleMs: 20 * MINUTE, tool: null } as const;
  expect(score(stateOf(crashed), { activity, fileConflicts: 3 }).score).toBe(90);
});
