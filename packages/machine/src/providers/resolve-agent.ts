import type { ProviderDefinition, ProviderVariant } from '@agor/providers';
import { type ResolvedCli, resolveCli } from '@agor/providers/install';
import type { DecidedProvider } from '../environment/index.ts';

type Env = Readonly<Record<string, string | undefined>>;

export interface ResolvePlace {
  readonly env: Env;
  readonly providersDir: string;
}

/**
 * The vendor's program of a provider; null when there is none on this computer, or the provider needs none (`cli` of its definition and
 * `command` of the variant are absent). An agent of a family is found by its own command line, never by the family's `path`.
 */
export function resolveAgent(
  definition: ProviderDefinition,
  { settings, variant }: Pick<DecidedProvider, 'settings' | 'variant'>,
  { env, providersDir }: ResolvePlace,
): ResolvedCli | null {
  if (!variant) return resolveCli(definition, { env, providersDir, settings });
  if (variant.command) return ownCommand(definition, variant, variant.command, env);
  return resolveCli(definition, { env, providersDir });
}

/** A provider that is all in its runner: nothing is to be found. */
export function needsProgram(definition: ProviderDefinition, variant: ProviderVariant | undefined): boolean {
  return definition.cli !== undefined || variant?.command !== undefined;
}

function ownCommand(
  { id }: ProviderDefinition,
  { name }: ProviderVariant,
  [program, ...args]: readonly [string, ...string[]],
  env: Env,
): ResolvedCli {
  const home = program.startsWith('~/') && env.HOME ? `${env.HOME}${program.slice(1)}` : program;
  const found = Bun.which(home, { PATH: env.PATH ?? '' });
  const family = id.split(':', 1)[0];
  return {
    command: [found ?? home, ...args],
    origin: 'configured',
    ...(found
      ? {}
      : {
          problem: `${program} is no program ${program.includes('/') ? 'there' : 'on PATH'}; correct providers.${family}.config.agents.${name}.command`,
        }),
  };
}
