import { join } from 'node:path';
import { err, type Result } from '@agor/runtime';
import type { ProviderDefinition } from '../define.ts';
import { InstallFailed } from './errors.ts';
import { installNpm } from './install-npm.ts';
import { startOf } from './interpreter.ts';
import { platformName } from './platform.ts';
import { programVersion } from './program-version.ts';
import { installFolder } from './resolve-cli.ts';

/** The first start reads a large file from a cold disk. */
const VERIFY_LIMIT_MS = 60_000;

export interface InstallOptions {
  readonly providersDir: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly onProgress?: (message: string) => void;
  readonly signal?: AbortSignal;
}

/**
 * Brings the pinned version of a vendor's program into `<providersDir>/<provider>/<version>` and starts it once. Returns the version that
 * it told. When it is there already nothing is downloaded.
 */
export async function installProvider(
  provider: ProviderDefinition,
  options: InstallOptions,
): Promise<Result<string, InstallFailed>> {
  const { cli, id, label } = provider;
  if (!cli) return err(new InstallFailed(`${label} is part of agor: there is nothing to install.`));
  const platform = platformName();
  const name = cli.npmPackage(platform);
  if (name === null) {
    return err(
      new InstallFailed(`${label} has no package for ${platform}. Install it by hand and set providers.${id}.path.`),
    );
  }
  const binary = join('node_modules', name, cli.binaryPathInPackage(platform));
  return installNpm({
    spec: `${name}@${typeof cli.npmVersion === 'string' ? cli.npmVersion : cli.npmVersion(platform)}`,
    label: `${label} ${cli.version}`,
    dir: installFolder(id, cli, options.providersDir),
    sizeMb: cli.sizeMb,
    env: options.env,
    onProgress: options.onProgress,
    signal: options.signal,
    verify: async (dir) => {
      const version = await programVersion(startOf(join(dir, binary), cli, options.env), {
        env: options.env,
        limitMs: VERIFY_LIMIT_MS,
      });
      if (!version.ok) return version;
      if (version.value === null) return err(`${binary} does not tell its version`);
      return { ok: true, value: version.value };
    },
  });
}
