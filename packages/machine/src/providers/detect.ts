import type { ProviderSettings, ProviderStatus } from '@agor/protocol';
import { type ProviderDefinition, providers } from '@agor/providers';
import { platformName, type ResolvedCli, resolveCli } from '@agor/providers/install';
import { probeSignIn } from './sign-in.ts';
import type { VersionCache } from './version-cache.ts';

type Env = Readonly<Record<string, string | undefined>>;

export interface DetectOptions {
  readonly settings: Readonly<Record<string, ProviderSettings>>;
  /** The environment that a session of this provider would get. */
  readonly envOf: (provider: ProviderDefinition) => Env;
  readonly providersDir: string;
  readonly versions: VersionCache;
  readonly definitions?: readonly ProviderDefinition[];
}

/** What is there of every provider on this computer. Never fails: what is wrong with one is its state. */
export function detectProviders(options: DetectOptions): Promise<ProviderStatus[]> {
  return Promise.all((options.definitions ?? providers).map((provider) => detect(provider, options)));
}

async function detect(provider: ProviderDefinition, options: DetectOptions): Promise<ProviderStatus> {
  const { id, label, description, capabilities, models, neverAsks } = provider;
  const settings = options.settings[id];
  const env = options.envOf(provider);
  const cli = resolveCli(provider, { env, providersDir: options.providersDir, settings });
  const onPath = cli === null || cli.origin === 'path';
  const program = onPath ? (provider.cli?.binary ?? id) : cli.command[0];
  return {
    id,
    label,
    description,
    capabilities,
    models: [...models],
    neverAsks,
    enabled: settings?.enabled ?? true,
    install: await installState(provider, cli, env, options.versions),
    signIn: probeSignIn(provider.signIn, env, program),
  };
}

async function installState(
  provider: ProviderDefinition,
  resolved: ResolvedCli | null,
  env: Env,
  versions: VersionCache,
): Promise<ProviderStatus['install']> {
  const { cli, id } = provider;
  if (!cli) return { state: 'builtIn' };
  if (!resolved) {
    const installable = cli.npmPackage(platformName()) === null ? null : cli.version;
    const byHand = `install \`${cli.binary}\` yourself, so that it is on PATH or set as providers.${id}.path`;
    const hint = installable ? `Run \`agor providers install ${id}\`, or ${byHand}.` : `To use it, ${byHand}.`;
    return { state: 'notInstalled', installable, sizeMb: cli.sizeMb, hint };
  }
  const { command, origin, problem } = resolved;
  if (problem) return { state: 'broken', command, message: problem };
  const version = await versions.of(command, env);
  if (!version.ok) return { state: 'broken', command, message: version.error };
  return { state: 'found', command, version: version.value, origin };
}
