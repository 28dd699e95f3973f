import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { findProvider } from '@agor/providers';
import { installedBinary, installProvider } from '@agor/providers/install';

/** Where tests keep the vendors' programs: AGOR_PROVIDERS_DIR, or .cache/providers of the repository. */
export const providersDir = (): string =>
  resolve(process.env.AGOR_PROVIDERS_DIR || join(import.meta.dir, '../../.cache/providers'));

/**
 * The path of a vendor's real program, of the version that its provider pins: where `agor providers install` puts it.
 * Installs it in the same way, under the same lock, when it is missing (up to 0.4 GB; one install also when many tests
 * start at once). Throws with what the installer says when that fails: a test that needs the program must fail then.
 */
export async function vendorCli(id: string): Promise<string> {
  const provider = findProvider(id);
  if (!provider?.cli) throw new Error(`the provider "${id}" has no program of its own`);
  const dir = providersDir();
  const path = installedBinary(id, provider.cli, dir);
  if (path === null) throw new Error(`${provider.label} has no package for ${process.platform} on ${process.arch}`);
  if (existsSync(path)) return path;
  const installed = await installProvider(provider, { providersDir: dir, env: process.env });
  if (!installed.ok) throw installed.error;
  return path;
}
