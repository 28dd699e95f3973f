import type { ProviderId, SessionState } from '@agor/protocol';

/** How a provider's agents fare together. */
export interface ProviderHealth {
  /**
   * `healthy`: none is in trouble. `degraded`: some are, others run. `restarting` and `failed`: none runs; some are being
   * restarted, or none is any more.
   */
  readonly state: 'healthy' | 'degraded' | 'restarting' | 'failed';
  /** Sessions whose agent crashed and has not been stable since. */
  readonly degraded: number;
  readonly restarting: number;
  readonly failed: number;
  /** Why, of the session that was last active. */
  readonly lastError?: string;
}

/** A session that was given up longer ago says nothing of how the provider fares now. */
const FAILURE_COUNTS_MS = 60 * 60_000;

/** Judges a provider by its sessions (spec §3.11); `now` in ms since the epoch. */
export function providerHealth(states: Iterable<SessionState>, provider: ProviderId, now: number): ProviderHealth {
  const counts = { degraded: 0, restarting: 0, failed: 0 };
  let running = 0;
  let newest: SessionState | null = null;
  for (const state of states) {
    if (state.provider !== provider) continue;
    if (state.process !== null) running++;
    const { health } = state;
    if (health.state === 'healthy') continue;
    if (health.state === 'failed' && now - state.lastActivityAt > FAILURE_COUNTS_MS) continue;
    counts[health.state]++;
    if (!newest || state.lastActivityAt > newest.lastActivityAt) newest = state;
  }
  return { state: stateOf(counts, running), ...counts, ...lastErrorOf(newest) };
}

function stateOf(
  { degraded, restarting, failed }: Pick<ProviderHealth, 'degraded' | 'restarting' | 'failed'>,
  running: number,
): ProviderHealth['state'] {
  if (degraded + restarting + failed === 0) return 'healthy';
  if (running > 0) return 'degraded';
  return restarting > 0 ? 'restarting' : 'failed';
}

function lastErrorOf(state: SessionState | null): { lastError?: string } {
  if (!state || state.health.state === 'healthy' || state.health.lastError === undefined) return {};
  return { lastError: state.health.lastError };
}
