import { ProviderId, ProviderSettings, type ProviderStatus } from '@agor/protocol';
import { findProvider, type ProviderDefinition, providers } from '@agor/providers';
import { InstallFailed, installProvider } from '@agor/providers/install';
import { z } from 'zod';
import { composeEnvironment, vendorPrefixes } from '../environment/index.ts';
import { detectProviders } from './detect.ts';
import { VersionCache } from './version-cache.ts';

export const DetectParams = z.object({ settings: z.record(z.string(), ProviderSettings).default({}) });
export const InstallParams = z.object({ provider: ProviderId });

export interface ProviderRequestDeps {
  readonly providersDir: string;
  /** The person's login-shell environment, as the hub told it last. */
  readonly baseEnvironment: () => Readonly<Record<string, string>>;
}

/** What a long request may use while it runs. */
export interface RequestContext {
  readonly progress: (message: string) => void;
  readonly signal: AbortSignal;
}

/** The requests of the link that are about providers: found, installed. Params are what came over the wire, unparsed. */
export class ProviderRequests {
  readonly #versions = new VersionCache();
  readonly #prefixes = vendorPrefixes(providers);

  constructor(private readonly deps: ProviderRequestDeps) {}

  /** `providers.detect`. Throws a `ZodError` for bad params. */
  detect(params: unknown): Promise<ProviderStatus[]> {
    const { settings } = DetectParams.parse(params);
    return detectProviders({
      settings,
      envOf: (provider) => this.#envOf(provider, settings[provider.id]),
      providersDir: this.deps.providersDir,
      versions: this.#versions,
    });
  }

  /** `providers.install`. Throws `InstallFailed` with words for the person, a `ZodError` for bad params. */
  async install(params: unknown, { progress, signal }: RequestContext): Promise<{ version: string }> {
    const { provider: id } = InstallParams.parse(params);
    const provider = findProvider(id);
    if (!provider) {
      throw new InstallFailed(`There is no provider "${id}", only ${providers.map((each) => each.id).join(', ')}.`);
    }
    const installed = await installProvider(provider, {
      providersDir: this.deps.providersDir,
      env: this.#envOf(provider, undefined),
      onProgress: progress,
      signal,
    });
    if (!installed.ok) throw installed.error;
    return { version: installed.value };
  }

  /** What a session of that provider gets, agor's own marks aside. */
  #envOf(provider: ProviderDefinition, settings: ProviderSettings | undefined): Record<string, string> {
    const base = this.deps.baseEnvironment();
    return composeEnvironment({
      provider: provider.id,
      base,
      settings,
      session: {},
      prefixes: this.#prefixes,
      own: {},
    });
  }
}
