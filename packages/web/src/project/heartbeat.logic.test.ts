import type { SessionSummary } from '@agor/protocol';
import { expect, test } from 'vitest';
import { heartbeatOf } from './heartbeat.logic.ts';

const NOW = 100_000_000_000;
const session = (silentMs: number, status: SessionSummary['status']) =>
  ({ status, state: { lastActivityAt: NOW - silentMs } }) as SessionSummary;

test('an agent at work is fresh for five minutes, late for five more, then silent', () => {
  const after = (ms: number) => heartbeatOf([session(ms, 'running')], undefined, NOW);
  expect(after(2_000)).toMatchObject({ state: 'fresh', ago: 'now' });
  expect(after(12_000)).toMatchObject({ state: 'fresh', ago: '12 s ago' });
  expect(after(300_000)).toMatchObject({ state: 'fresh', ago: '5 m ago' });
  expect(after(301_000)).toMatchObject({ state: 'late', ago: '5 m ago' });
  expect(after(601_000)).toMatchObject({ state: 'silent', ago: '10 m ago' });
  expect(after(601_000)?.words).toContain('it may hang');
});

test('streamed text that the hub heard is a sign of life', () => {
  expect(heartbeatOf([session(900_000, 'running')], { heartbeatAt: NOW - 15_000 }, NOW)).toMatchObject({
    state: 'fresh',
    ago: '15 s ago',
  });
});

test('who rests or waits for a person is never late, and who never had a session has no heart', () => {
  for (const status of ['idle', 'done', 'waiting', 'paused', 'limited', 'unreachable'] as const)
    expect(heartbeatOf([session(7_200_000, status)], undefined, NOW)).toMatchObject({ state: 'fresh', ago: '2 h ago' });
  expect(heartbeatOf([], undefined, NOW)).toBeNull();
});

test('of several sessions the newest sign counts', () => {
  const sessions = [session(30_000, 'done'), session(400_000, 'running')];
  expect(heartbeatOf(sessions, undefined, NOW)).toMatchObject({ state: 'fresh', ago: '30 s ago' });
});
