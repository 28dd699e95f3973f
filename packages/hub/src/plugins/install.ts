import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { MAX_PLUGIN_PACKAGE_BYTES, PluginId } from '@agor/protocol';
import { rejected } from '../failure.ts';
import { type Fetch, readSource } from './fetch-package.ts';
import { readPlugin } from './read-plugin.ts';
import { unzip, type ZipFile } from './unzip.ts';

interface Install {
  readonly folder: string;
  /** A file or an https URL. */
  readonly source: string;
  /** What the package must be. */
  readonly sha256: string | undefined;
  readonly version: string;
  readonly fetcher?: Fetch;
}

/**
 * Brings a packed plugin into the folder: checked before it is unpacked, unpacked beside its place, moved there as a whole. What was there
 * before is back when that fails. Throws `Failure` REJECTED in words.
 */
export async function installPlugin({ folder, source, sha256, version, fetcher }: Install) {
  const archive = await readSource(source, MAX_PLUGIN_PACKAGE_BYTES, fetcher);
  const is = createHash('sha256').update(archive).digest('hex');
  if (sha256 !== undefined && is !== sha256)
    throw rejected(`This is not the package that was meant: its SHA-256 is ${is}, and it should be ${sha256}.`);
  const files = withoutCommonFolder(unzip(archive));
  const id = idOf(files);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  // Begins with a dot: nobody takes it for a plugin, also when a crash leaves it behind.
  const stage = join(folder, `.install-${randomBytes(6).toString('hex')}`);
  try {
    for (const { path, bytes } of files) {
      const file = join(stage, id, path);
      mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
      writeFileSync(file, bytes, { mode: 0o600, flag: 'wx' });
    }
    const { manifest, error } = readPlugin(stage, id, version);
    if (manifest === null || error !== null) throw rejected(`This package holds no plugin that can run. ${error}`);
    return { id, version: manifest.version, replaced: swap(join(stage, id), join(folder, id), join(stage, '.before')) };
  } finally {
    rmSync(stage, { recursive: true, force: true });
  }
}

/** Puts the new folder in the place of the old. True: there was one. */
function swap(fresh: string, place: string, aside: string): boolean {
  const replaced = existsSync(place);
  if (replaced) renameSync(place, aside);
  try {
    renameSync(fresh, place);
  } catch (error) {
    if (replaced) renameSync(aside, place);
    throw error;
  }
  return replaced;
}

/** Packed as a folder, or as what is in it: both are common. */
function withoutCommonFolder(files: readonly ZipFile[]): readonly ZipFile[] {
  if (files.some(({ path }) => path === 'plugin.json')) return files;
  const top = files[0]?.path.split('/', 1)[0];
  if (!top || !files.every(({ path }) => path.startsWith(`${top}/`))) return files;
  return files.map(({ path, bytes }) => ({ path: path.slice(top.length + 1), bytes }));
}

function idOf(files: readonly ZipFile[]): string {
  const file = files.find(({ path }) => path === 'plugin.json');
  if (!file) throw rejected('This package has no plugin.json.');
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder().decode(file.bytes));
  } catch (error) {
    throw rejected(`The plugin.json of this package is no JSON: ${(error as Error).message}`);
  }
  const id = PluginId.safeParse((json as { id?: unknown } | null)?.id);
  if (!id.success)
    throw rejected(`The plugin.json of this package has no id that can be used: ${id.error.issues[0]?.message}.`);
  return id.data;
}
