import type { ProviderStatus, WatchFrame } from '@agor/protocol';
import type { WatchReader } from './watch.svelte.ts';

/** What was found of each agent provider on the machine. */
export class ProvidersStore implements WatchReader {
  all = $state.raw<readonly ProviderStatus[]>([]);

  get(id: string | undefined): ProviderStatus | undefined {
    return this.all.find((provider) => provider.id === id);
  }

  read(frame: WatchFrame): void {
    if (frame.kind === 'snapshot' || frame.kind === 'providers') this.all = frame.providers;
  }
}

/** Whether a prompt to this provider can work now, and what the person has to do first when it can't. */
export function readiness(provider: ProviderStatus | undefined): { ready: boolean; hint: string } {
  if (!provider)
    return { ready: false, hint: 'No agent of this kind is known to agor. Choose another one in Settings.' };
  if (!provider.enabled) return { ready: false, hint: `${provider.label} is switched off in Settings → Agents.` };
  if (provider.install.state === 'notInstalled') return { ready: false, hint: provider.install.hint };
  if (provider.install.state === 'broken') return { ready: false, hint: provider.install.message };
  if (provider.signIn.state === 'signedOut') return { ready: false, hint: provider.signIn.hint };
  return { ready: true, hint: '' };
}
