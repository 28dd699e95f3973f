import { expect, test } from 'bun:test';
import { attentionOf } from './attention.ts';
import { statusOf } from './status.ts';
import { ask, permissionAsk, prompt, promptId, stateOf } from './testing.ts';

const score = (state: ReturnType<typeof stateOf>) => attentionOf(state, statusOf(state, true));

test('a quiet session needs nobody', () => {
  expect(score(stateOf())).toEqual({ score: 0, reason: null });
});

test('a waiting agent comes before a failed one, a failed one before a lapsed ask', () => {
  const waiting = score(stateOf({ kind: 'askOpened', ask: permissionAsk('q') }));
  const failed = score(stateOf({ kind: 'processExited', code: 1, signal: null, expected: false }));
  const lapsed = score(stateOf({ kind: 'askOpened', ask: permissionAsk('q') }, { kind: 'askLapsed', askId: ask('q') }));
  expect(waiting.score).toBeGreaterThan(failed.score);
  expect(failed.score).toBeGreaterThan(lapsed.score);
  expect(failed.reason).toContain('exit code 1');
});

test('a prompt that may not have arrived asks for a look', () => {
  const state = stateOf(
    { kind: 'promptQueued', prompt: prompt('a') },
    { kind: 'promptSent', promptId: promptId('a') },
    { kind: 'promptDoubtful', promptId: promptId('a'), reason: 'x' },
  );
  expect(score(state).reason).toContain('may not have arrived');
});
