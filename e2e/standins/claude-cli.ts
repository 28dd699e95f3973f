import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { findProvider } from '@agor/providers';
import { installedBinary, installProvider } from '@agor/providers/install';

const claude = findProvider('claude');

/**
 * The path of the real Claude CLI: in AGOR_PROVIDERS_DIR, or in .cache/providers of the repository, where `agor providers
 * install` puts it. Installs it in the same way, under the same lock, when it is missing (0.4 GB; one install also when many
 * tests start at once). Throws with what the installer says when that fails: a test that needs the CLI must fail then.
 */
export async function claudeCli(): Promise<string> {
  if (!claude?.cli) throw new Error('the provider "claude" has no program of its own');
  const providersDir = resolve(process.env.AGOR_PROVIDERS_DIR || join(import.meta.dir, '../../.cache/providers'));
  const path = installedBinary('claude', claude.cli, providersDir);
  if (path === null) throw new Error(`Claude has no package for ${process.platform} on ${process.arch}`);
  if (existsSync(path)) return path;
  const installed = await installProvider(claude, { providersDir, env: process.env });
  if (!installed.ok) throw installed.error;
  return path;
}
