import type { ProviderDefinition } from './define.ts';

/** How a crashed agent gets at its conversation again: by the vendor's id of it, by the history that comes with the next prompt, or not at all. */
export type Continuity = 'resumes' | 'history' | 'anew';

/** Of a provider that this build does not know it is taken that an id is worth trying. */
export function continuityOf(
  provider: Pick<ProviderDefinition, 'capabilities' | 'historyFromLog'> | undefined,
): Continuity {
  if (provider?.historyFromLog) return 'history';
  return provider === undefined || provider.capabilities.resume ? 'resumes' : 'anew';
}
