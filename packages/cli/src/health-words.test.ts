import { expect, test } from 'bun:test';
import { healthWords, providerHealthWords } from './health-words.ts';

test('a list says of an agent only what is not as it should be', () => {
  expect(healthWords({ state: 'healthy' })).toBeNull();
  expect(healthWords({ state: 'degraded', restarts: 1 })).toBe('degraded: it crashed once lately');
  expect(healthWords({ state: 'degraded', restarts: 3 })).toContain('3 times');
  expect(healthWords({ state: 'restarting', attempt: 2, maxAttempts: 5, nextRetryAt: 0 })).toContain('2 of 5');
  expect(healthWords({ state: 'failed', attempts: 5, lastError: 'x' })).toContain('not started again');
});

test('a provider in trouble says how many sessions are, and why', () => {
  const none = { degraded: 0, restarting: 0, failed: 0 };
  expect(providerHealthWords({ state: 'healthy', ...none })).toBeNull();
  expect(providerHealthWords({ state: 'degraded', ...none, degraded: 2, failed: 1, lastError: 'out of memory' })).toBe(
    'degraded (sessions: 2 degraded, 1 failed; last: out of memory)',
  );
});
