import type { RunnerHealth } from '@agor/protocol';
import type { ProviderHealth } from '@agor/session';

/** How a session's agent fares, for a list; null when there is nothing to say. */
export function healthWords(health: RunnerHealth): string | null {
  switch (health.state) {
    case 'healthy':
      return null;
    case 'degraded':
      return `degraded: it crashed ${times(health.restarts)} lately`;
    case 'restarting':
      return `restarting after a crash: ${health.attempt} of ${health.maxAttempts}`;
    case 'failed':
      return 'failed: it is not started again by itself';
  }
}

/** How a provider's agents fare together; null when they are well. */
export function providerHealthWords(health: ProviderHealth): string | null {
  if (health.state === 'healthy') return null;
  const counts = (['degraded', 'restarting', 'failed'] as const)
    .filter((state) => health[state] > 0)
    .map((state) => `${health[state]} ${state}`)
    .join(', ');
  const why = health.lastError === undefined ? '' : `; last: ${health.lastError}`;
  return `${health.state} (sessions: ${counts}${why})`;
}

function times(count: number): string {
  return count === 1 ? 'once' : `${count} times`;
}
