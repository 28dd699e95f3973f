import type { ProviderStatus } from '@agor/protocol';

/**
 * The agents that are worth a line where there is little room: those in use whose program is there, or nearly so. Of the
 * others only how many there are.
 */
export function foundAgents(all: readonly ProviderStatus[]): { found: ProviderStatus[]; others: number } {
  const found = all.filter(({ enabled, install }) => enabled && install.state !== 'notInstalled');
  return { found, others: all.length - found.length };
}
