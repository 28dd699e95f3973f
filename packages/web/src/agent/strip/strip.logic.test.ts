import { SessionId, TurnId } from '@agor/protocol';
import { initialState } from '@agor/session';
import { expect, test } from 'vitest';
import { created } from '../../testing/events.ts';
import { stripOf } from './strip.logic.ts';

if (created.kind !== 'sessionCreated') throw new Error('not a creation');
const fresh = initialState(SessionId.parse('s1'), created, 0);
const turn = { id: TurnId.parse('t'), startedAt: 1000 };

test('a running turn tells how long and what it is at', () => {
  const activeTools = [{ toolUseId: 't1', name: 'Bash', title: 'npm test', since: 0 }];
  expect(stripOf({ ...fresh, turn, activeTools }, 'running', 39_000)).toMatchObject({
    text: 'Running · 38 s',
    detail: 'Bash npm test',
  });
});

test('a retry counts down and tells which it is', () => {
  const retry = { until: 13_000, attempt: 2, maxAttempts: 10, class: 'overloaded' as const };
  expect(stripOf({ ...fresh, turn, retry }, 'retrying', 1000)?.text).toBe(
    'The model is overloaded · tries again in 12 s (2 of 10)',
  );
  expect(stripOf({ ...fresh, turn, retry }, 'retrying', 20_000)?.text).toContain('trying again');
});

test('a failure is named by what the person can do about it', () => {
  expect(stripOf({ ...fresh, error: { message: 'no key', class: 'auth' } }, 'failed', 0)).toMatchObject({
    text: 'Not signed in',
    detail: '',
    tone: 'red',
  });
  expect(stripOf({ ...fresh, error: { message: 'x', class: 'unknown' } }, 'failed', 0)).toMatchObject({
    text: 'Failed',
    detail: 'x',
  });
});

test('a session at rest says nothing', () => {
  expect(stripOf(fresh, 'idle', 0)).toBeNull();
  expect(stripOf(fresh, 'done', 0)).toBeNull();
});
