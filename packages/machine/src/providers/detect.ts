import type { MachineEnvironment, ProviderStatus } from '@agor/protocol';
import { choosableProviders, type ProviderDefinition } from '@agor/providers';
import type { ResolvedCli } from '@agor/providers/install';
import { type DecidedProvider, settingsFor } from '../environment/index.ts';
import { installableVersion, installHint } from './install-hint.ts';
import { needsProgram, resolveAgent } from './resolve-agent.ts';
import { probeSignIn } from './sign-in.ts';
import type { VersionCache } from './version-cache.ts';

type Env = Readonly<Record<string, string | undefined>>;

export interface DetectOptions {
  readonly settings: MachineEnvironment['providers'];
  /** The environment that a session of this provider would get. */
  readonly envOf: (provider: ProviderDefinition) => Env;
  readonly providersDir: string;
  readonly versions: VersionCache;
}

/** What is there of every provider, and of every agent of the families, on this computer. Never fails: what is wrong with one is its state. */
export function detectProviders(options: DetectOptions): Promise<ProviderStatus[]> {
  return Promise.all(choosableProviders(options.settings).map((provider) => detect(provider, options)));
}

async function detect(provider: ProviderDefinition, options: DetectOptions): Promise<ProviderStatus> {
  const { id, label, description, capabilities, models, neverAsks, caveat, configFields, configHint } = provider;
  const decided = settingsFor({ providers: options.settings, projects: {} }, id, null);
  const env = options.envOf(provider);
  const cli = resolveAgent(provider, decided, { env, providersDir: options.providersDir });
  const onPath = cli === null || cli.origin === 'path';
  const program = onPath ? (provider.cli?.binary ?? id) : (cli.program ?? cli.command).join(' ');
  return {
    id,
    label,
    description,
    capabilities,
    models: [...models],
    neverAsks,
    caveat,
    configFields: configFields && [...configFields],
    configHint,
    enabled: decided.settings?.enabled ?? true,
    install: await installState(provider, decided, cli, env, options.versions),
    signIn: probeSignIn(provider.signIn, env, program, decided.settings?.config),
  };
}

async function installState(
  provider: ProviderDefinition,
  { variant }: DecidedProvider,
  resolved: ResolvedCli | null,
  env: Env,
  versions: VersionCache,
): Promise<ProviderStatus['install']> {
  const { cli } = provider;
  if (!needsProgram(provider, variant)) return { state: 'builtIn' };
  if (!resolved) return cli ? notInstalled(provider, cli) : { state: 'builtIn' };
  const { command, origin, problem } = resolved;
  if (problem) return { state: 'broken', command, message: problem };
  // Of a program that only the person knows, we can't know how to ask.
  if (!cli) return { state: 'found', command, version: null, origin };
  // It told that version when it was installed; agents in JavaScript take seconds to say it again, and many of them at once too long.
  if (origin === 'installed') return { state: 'found', command, version: cli.version, origin };
  const version = await versions.of(resolved.program ?? command, env);
  if (!version.ok) return { state: 'broken', command, message: version.error };
  return { state: 'found', command, version: version.value, origin };
}

function notInstalled(
  provider: ProviderDefinition,
  { sizeMb }: NonNullable<ProviderDefinition['cli']>,
): ProviderStatus['install'] {
  return { state: 'notInstalled', installable: installableVersion(provider), sizeMb, hint: installHint(provider) };
}
