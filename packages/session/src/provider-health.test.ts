import { expect, test } from 'bun:test';
import { ProviderId, type RunnerHealth, type SessionState } from '@agor/protocol';
import { providerHealth } from './provider-health.ts';
import { stateOf } from './testing.ts';

const DEMO = ProviderId.parse('demo');
const NOW = 1_000_000_000;
const PROCESS = { pid: 1, startTime: '1' };
const degraded: RunnerHealth = { state: 'degraded', restarts: 1, lastError: 'killed' };
const restarting: RunnerHealth = {
  state: 'restarting',
  attempt: 1,
  maxAttempts: 5,
  nextRetryAt: NOW,
  lastError: 'oom',
};
const failed: RunnerHealth = { state: 'failed', attempts: 5, lastError: 'no more' };

function session(health: RunnerHealth, more: Partial<SessionState> = {}): SessionState {
  return { ...stateOf(), provider: DEMO, lastActivityAt: NOW, health, ...more };
}
const healthy = (more?: Partial<SessionState>) => session({ state: 'healthy' }, more);

for (const [what, sessions, expected] of [
  ['no session at all', [], { state: 'healthy' }],
  ['agents that rest', [healthy(), healthy({ process: PROCESS })], { state: 'healthy', failed: 0 }],
  ['one that crashed and runs again', [session(degraded, { process: PROCESS })], { state: 'degraded', degraded: 1 }],
  [
    'one being restarted, a neighbour runs',
    [session(restarting), healthy({ process: PROCESS })],
    { state: 'degraded' },
  ],
  ['one being restarted, none runs', [session(restarting), session(failed)], { state: 'restarting', failed: 1 }],
  ['all given up', [session(failed)], { state: 'failed', lastError: 'no more' }],
  ['one that was given up long ago', [session(failed, { lastActivityAt: NOW - 4_000_000 })], { state: 'healthy' }],
  ["another provider's trouble", [session(failed, { provider: ProviderId.parse('claude') })], { state: 'healthy' }],
] as const)
  test(`a provider's health with ${what} is ${expected.state}`, () => {
    expect(providerHealth(sessions, DEMO, NOW)).toMatchObject(expected);
  });

test('the last error is that of the session which was last active', () => {
  const older = session(failed, { lastActivityAt: NOW - 10 });
  expect(providerHealth([older, session(restarting)], DEMO, NOW).lastError).toBe('oom');
});
