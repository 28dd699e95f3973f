import { readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ServicePlace } from '../../services.ts';
import { configDirOf } from './config-dir.ts';

/** A conversation's file. */
export interface Transcript {
  readonly id: string;
  readonly path: string;
  readonly updatedAt: number;
  readonly sizeBytes: number;
}

/** Files that are looked at at once. */
const AT_ONCE = 32;
/** `<uuid>.jsonl`; subagents' own are `agent-….jsonl`. */
const NAME = /^([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\.jsonl$/;
/** The CLI shortens longer names of folders and adds a hash. */
const MAX_FOLDER_CHARS = 200;

export function isTranscriptId(id: string): boolean {
  return NAME.test(`${id}.jsonl`);
}

/** Every transcript of a folder, or of all folders, the newest first. Reads no file. */
export async function findTranscripts(place: ServicePlace, signal: AbortSignal): Promise<Transcript[]> {
  const root = join(configDirOf(place), 'projects');
  const wanted = place.cwd === null ? null : await folderNames(place.cwd);
  const folders = (await namesIn(root)).filter((name) => wanted === null || wanted.some((each) => each(name)));
  const paths: string[] = [];
  for (const folder of folders) {
    signal.throwIfAborted();
    for (const name of await namesIn(join(root, folder))) if (NAME.test(name)) paths.push(join(root, folder, name));
  }
  const found = await inParallel(paths, signal, transcriptAt);
  return found.filter((each) => each !== null).sort((a, b) => b.updatedAt - a.updatedAt || (a.id < b.id ? -1 : 1));
}

/** Does `work` for each, a few at a time. */
export async function inParallel<Item, Made>(
  items: readonly Item[],
  signal: AbortSignal,
  work: (item: Item) => Promise<Made>,
): Promise<Made[]> {
  const made: Made[] = [];
  for (let at = 0; at < items.length; at += AT_ONCE) {
    signal.throwIfAborted();
    made.push(...(await Promise.all(items.slice(at, at + AT_ONCE).map(work))));
  }
  return made;
}

async function transcriptAt(path: string): Promise<Transcript | null> {
  const id = NAME.exec(path.slice(path.lastIndexOf('/') + 1))?.[1];
  const found = await stat(path).catch(() => null); // it was just removed, or is not ours to see
  if (!found?.isFile() || id === undefined) return null;
  return { id, path, updatedAt: Math.round(found.mtimeMs), sizeBytes: found.size };
}

/** A folder that is missing has no names. */
async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return [];
    throw error;
  }
}

/** Which names the CLI may have given to a folder's transcripts; a link to it counts as the folder. */
async function folderNames(cwd: string): Promise<((name: string) => boolean)[]> {
  const real = await realpath(cwd).catch(() => cwd); // the project's folder may be gone, its transcripts are not
  return [...new Set([cwd, real])].map((path) => {
    const encoded = path.replace(/[^a-zA-Z0-9]/g, '-');
    const short = encoded.slice(0, MAX_FOLDER_CHARS);
    return (name) => (encoded === short ? name === encoded : name.startsWith(short));
  });
}
