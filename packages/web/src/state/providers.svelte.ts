import type { ProviderStatus, WatchFrame } from '@agor/protocol';
import type { WatchReader } from './watch.svelte.ts';

/** What was found of each agent provider on the machine. */
export class ProvidersStore implements WatchReader {
  all = $state.raw<readonly ProviderStatus[]>([]);

  /** Some agent in use keeps conversations outside agor that can be gone on with. */
  get canImport(): boolean {
    return this.all.some(({ enabled, capabilities }) => enabled && capabilities.importSessions);
  }

  get(id: string | undefined): ProviderStatus | undefined {
    return this.all.find((provider) => provider.id === id);
  }

  read(frame: WatchFrame): void {
    if (frame.kind === 'snapshot' || frame.kind === 'providers') this.all = frame.providers;
  }
}

/** Whether a prompt to a provider can work now. */
export type Readiness =
  | { readonly ready: true }
  /** `what` is wrong, in a few words, and `hint` tells what the person has to do first; commands in it stand in backticks. */
  | { readonly ready: false; readonly what: string; readonly hint: string };

export function readiness(provider: ProviderStatus | undefined): Readiness {
  const not = (what: string, hint: string): Readiness => ({ ready: false, what, hint });
  if (!provider) return not('No such agent', 'No agent of this kind is known to agor. Choose another one in Settings.');
  const { label, enabled, install, signIn } = provider;
  if (!enabled) return not(`${label} is switched off`, 'Switch it on in Settings → Agents.');
  if (install.state === 'notInstalled') return not(`${label} is not installed`, install.hint);
  if (install.state === 'broken') return not(`${label} does not run`, install.message);
  if (signIn.state === 'signedOut') return not(`${label} is not signed in`, signIn.hint);
  return { ready: true };
}
