import { ProviderId, ProviderSettings } from '@agor/protocol';
import { choosableProviders, findProvider, providers } from '@agor/providers';
import { installProvider } from '@agor/providers/install';
import { z } from 'zod';
import { agentEnvironment, type EnvironmentSource, settingsFor, vendorPrefixes } from '../environment/index.ts';
import { RequestFailed, type Requests } from '../requests/index.ts';
import { detectProviders } from './detect.ts';
import { VersionCache } from './version-cache.ts';

/** Longer than npm's own limit, so that npm's failure is what the person reads. */
const INSTALL_LIMIT_MS = 35 * 60_000;

export interface ProviderRequestDeps {
  readonly providersDir: string;
  readonly environment: Pick<EnvironmentSource, 'current'>;
}

/** Registers `providers.detect` and `providers.install`. */
export function registerProviderRequests(requests: Requests, deps: ProviderRequestDeps): void {
  const versions = new VersionCache();
  const prefixes = vendorPrefixes(providers);
  /** What a session of that provider would get, agor's own marks aside. */
  const envOf = (provider: ProviderId, settings: Record<string, ProviderSettings>): Record<string, string> => {
    const { base, secrets } = deps.environment.current;
    const environment = { base, secrets, providers: settings, projects: {} };
    return agentEnvironment({ environment, provider, projectId: null, session: {}, prefixes, own: {} });
  };

  requests.register('providers.detect', {
    params: z.object({ settings: z.record(z.string(), ProviderSettings).default({}) }),
    handle: ({ settings }) =>
      detectProviders({
        settings,
        envOf: (provider) => envOf(provider.id, settings),
        providersDir: deps.providersDir,
        versions,
      }),
  });

  requests.register('providers.install', {
    params: z.object({ provider: ProviderId }),
    limitMs: INSTALL_LIMIT_MS,
    handle: async ({ provider: id }, { progress, signal }): Promise<{ version: string }> => {
      const { current } = deps.environment;
      const { settings } = settingsFor(current, id, null);
      const provider = findProvider(id, settings);
      if (!provider) {
        const known = choosableProviders(current.providers).map((each) => each.id);
        throw new RequestFailed('notFound', `There is no provider "${id}", only ${known.join(', ')}.`);
      }
      const installed = await installProvider(provider, {
        providersDir: deps.providersDir,
        env: envOf(id, current.providers),
        onProgress: progress,
        signal,
      });
      if (!installed.ok) throw new RequestFailed('installFailed', installed.error.message);
      return { version: installed.value };
    },
  });
}
