import type { Dirent } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import type { FileEntry } from '@agor/protocol';
import { RequestFailed } from '../link/index.ts';
import { confine, fileError, isWithin, type Place, relativePath } from './confine.ts';

/** A folder with more entries shows the first of them. */
const MAX_ENTRIES = 20_000;
const STATS_AT_ONCE = 64;

/**
 * The entries of a folder: folders first, then by name without regard to case. What begins with a dot is hidden (spec §2.10), and so are links that
 * lead out of the project, since they cannot be opened. Throws `RequestFailed`.
 */
export async function listFolder(root: string, path: string): Promise<FileEntry[]> {
  const place = await confine(root, path);
  const entries = await read(place.full, path);
  const visible = entries.filter((entry) => !entry.name.startsWith('.')).slice(0, MAX_ENTRIES);
  const listed: FileEntry[] = [];
  for (let at = 0; at < visible.length; at += STATS_AT_ONCE) {
    const some = await Promise.all(visible.slice(at, at + STATS_AT_ONCE).map((entry) => describe(place, entry)));
    listed.push(...some.filter((entry) => entry !== null));
  }
  return listed.sort(foldersFirst);
}

async function read(full: string, path: string): Promise<Dirent[]> {
  try {
    return await readdir(full, { withFileTypes: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOTDIR') {
      throw new RequestFailed('notADirectory', `${JSON.stringify(path)} is not a directory.`);
    }
    throw fileError(error, JSON.stringify(path));
  }
}

async function describe({ root, full }: Place, { name }: Dirent): Promise<FileEntry | null> {
  const path = join(full, name);
  try {
    if (!isWithin(root, await realpath(path))) return null;
    const stats = await stat(path);
    const isDir = stats.isDirectory();
    const ext = isDir ? '' : extname(name).slice(1).toLowerCase();
    return { name, path: relativePath({ root, full: path }), isDir, size: isDir ? 0 : stats.size, ext };
  } catch {
    return null; // removed meanwhile, or a link to nothing
  }
}

const byName = new Intl.Collator('en', { sensitivity: 'base' });

function foldersFirst(a: FileEntry, b: FileEntry): number {
  return Number(b.isDir) - Number(a.isDir) || byName.compare(a.name, b.name) || (a.name < b.name ? -1 : 1);
}
