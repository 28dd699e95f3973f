import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { ProviderSettings } from '@agor/protocol';
import type { ProviderDefinition, VendorCli } from '../define.ts';
import { startOf } from './interpreter.ts';
import { platformName } from './platform.ts';

export type CliOrigin = 'configured' | 'path' | 'installed';

export interface ResolvedCli {
  /** The program, the arguments that its definition asks for, and those of the settings. */
  readonly command: [string, ...string[]];
  /** The program alone, with its interpreter if it needs one: what tells its version. Absent: `command` is that. */
  readonly program?: [string, ...string[]];
  readonly origin: CliOrigin;
  /** Why the program cannot be run, when it is known without starting it. */
  readonly problem?: string;
}

export interface ResolveOptions {
  /** The environment of the session that will run it: its PATH decides. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly providersDir: string;
  readonly settings?: Pick<ProviderSettings, 'path' | 'args'> | undefined;
}

/**
 * The vendor's program: the configured one, else the one on PATH, else the one that agor installed. Null when there is none. A configured
 * path that does not work is told as a problem and never replaced by another program in silence.
 */
export function resolveCli(provider: ProviderDefinition, options: ResolveOptions): ResolvedCli | null {
  const { cli, id } = provider;
  if (!cli) return null;
  const { settings, env, providersDir } = options;
  const start = (path: string): Pick<ResolvedCli, 'command' | 'program'> => {
    const program = startOf(path, cli, env);
    const command: ResolvedCli['command'] = [...program, ...(cli.args ?? []), ...(settings?.args ?? [])];
    return cli.args || cli.node !== undefined ? { command, program } : { command };
  };
  if (settings?.path) {
    const path = configuredPath(settings.path, env);
    const problem = path === null ? `${settings.path} is not on PATH` : whyNotRunnable(path);
    const hint = `set providers.${id}.path to the program, or remove it to use the one on PATH`;
    return {
      ...start(path ?? settings.path),
      origin: 'configured',
      problem: problem ? `${problem}; ${hint}` : undefined,
    };
  }
  const onPath = Bun.which(cli.binary, { PATH: env.PATH ?? '' });
  if (onPath) return { ...start(onPath), origin: 'path' };
  const installed = installedBinary(id, cli, providersDir);
  // A script needs no permission to be run: its interpreter reads it.
  if (!installed || (cli.node === undefined ? whyNotRunnable(installed) : !existsSync(installed))) return null;
  return { ...start(installed), origin: 'installed' };
}

/** Where the programs of a provider are installed, each version in a folder of its own. */
export function installFolder(id: string, cli: Pick<VendorCli, 'version'>, providersDir: string): string {
  // A colon would end an entry of PATH and of much else.
  return join(providersDir, id.replace(':', '-'), cli.version);
}

/** Where `installProvider` puts the program of the pinned version; null where the vendor has no package for this platform. */
export function installedBinary(
  id: string,
  cli: VendorCli,
  providersDir: string,
  platform = platformName(),
): string | null {
  const name = cli.npmPackage(platform);
  if (name === null) return null;
  return join(installFolder(id, cli, providersDir), 'node_modules', name, cli.binaryPathInPackage(platform));
}

function configuredPath(path: string, env: Readonly<Record<string, string | undefined>>): string | null {
  if (path === '~' || path.startsWith('~/')) return join(env.HOME ?? homedir(), path.slice(1));
  return path.includes('/') ? path : Bun.which(path, { PATH: env.PATH ?? '' });
}

function whyNotRunnable(path: string): string | null {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) return `there is no ${path}`;
  if (!stat.isFile()) return `${path} is no program`;
  try {
    accessSync(path, constants.X_OK);
    return null;
  } catch {
    return `${path} is not executable`;
  }
}
