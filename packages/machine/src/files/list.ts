import type { Dirent } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { type FileEntry, type FileList, MAX_LISTED_FILES } from '@agor/protocol';
import { RequestFailed } from '../requests/index.ts';
import { confine, fileError, isWithin, type Place, relativePath } from './confine.ts';
import { askGit } from './git.ts';

const STATS_AT_ONCE = 64;

/**
 * The entries of a folder: folders first, then by name without regard to case. What begins with a dot is hidden (spec §2.10) unless `hidden`; links that
 * lead out of the project always are, since they cannot be opened. Throws `RequestFailed`.
 */
export async function listFolder(
  root: string,
  path: string,
  options: { readonly hidden?: boolean; readonly signal?: AbortSignal } = {},
): Promise<FileList> {
  const { hidden = false, signal = new AbortController().signal } = options;
  const place = await confine(root, path);
  const entries = await read(place.full, path);
  const all = entries.filter((entry) => hidden || !entry.name.startsWith('.'));
  const visible = all.slice(0, MAX_LISTED_FILES);
  const ignored = await ignoredNames(place.full, visible, signal);
  const listed: FileEntry[] = [];
  for (let at = 0; at < visible.length; at += STATS_AT_ONCE) {
    const some = await Promise.all(visible.slice(at, at + STATS_AT_ONCE).map((entry) => describe(place, entry)));
    listed.push(...some.filter((entry) => entry !== null));
  }
  const marked = listed.map((entry) => (ignored.has(entry.name) ? { ...entry, ignored: true } : entry));
  return { entries: marked.sort(foldersFirst), left: all.length - visible.length };
}

/** Which of a folder's entries git leaves out; none where there is no repository. Its own folder is none of the person's files either. */
async function ignoredNames(folder: string, entries: readonly Dirent[], signal: AbortSignal): Promise<Set<string>> {
  if (entries.length === 0) return new Set();
  const names = entries.map(({ name }) => `./${name}`).join('\0');
  const answer = await askGit(['check-ignore', '-z', '--stdin'], { cwd: folder, signal, stdin: names });
  const ignored = (answer?.stdout.toString() ?? '').split('\0').map((name) => name.replace(/^\.\//, ''));
  return new Set([...ignored, '.git']);
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
