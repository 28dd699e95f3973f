import { ProviderId, ProviderSettings } from '@agor/protocol';
import { findProvider, type ProviderDefinition, providers } from '@agor/providers';
import { installProvider } from '@agor/providers/install';
import { z } from 'zod';
import { composeEnvironment, type EnvironmentSource, vendorPrefixes } from '../environment/index.ts';
import { RequestFailed, type Requests } from '../link/index.ts';
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
  const envOf = (provider: ProviderDefinition, settings?: ProviderSettings): Record<string, string> =>
    composeEnvironment({
      provider: provider.id,
      base: deps.environment.current.base,
      settings,
      session: {},
      prefixes,
      own: {},
    });

  requests.register('providers.detect', {
    params: z.object({ settings: z.record(z.string(), ProviderSettings).default({}) }),
    handle: ({ settings }) =>
      detectProviders({
        settings,
        envOf: (provider) => envOf(provider, settings[provider.id]),
        providersDir: deps.providersDir,
        versions,
      }),
  });

  requests.register('providers.install', {
    params: z.object({ provider: ProviderId }),
    limitMs: INSTALL_LIMIT_MS,
    handle: async ({ provider: id }, { progress, signal }): Promise<{ version: string }> => {
      const provider = findProvider(id);
      if (!provider) {
        const known = providers.map((each) => each.id).join(', ');
        throw new RequestFailed('notFound', `There is no provider "${id}", only ${known}.`);
      }
      const installed = await installProvider(provider, {
        providersDir: deps.providersDir,
        env: envOf(provider, deps.environment.current.providers[id]),
        onProgress: progress,
        signal,
      });
      if (!installed.ok) throw new RequestFailed('installFailed', installed.error.message);
      return { version: installed.value };
    },
  });
}
