import { constants } from 'node:fs';
import { type FileHandle, mkdir, open, realpath } from 'node:fs/promises';
import { RequestFailed } from '../requests/index.ts';
import { confine, fileError, isWithin, outside } from './confine.ts';

const MAX_NAME_BYTES = 255;

/**
 * A folder of a project that is held open while something in it is changed. On Linux its entries are reached through the open folder itself,
 * so that a folder which is replaced by a link meanwhile does not lead the change out of the project.
 */
export interface OpenFolder extends AsyncDisposable {
  /** The real path. */
  readonly full: string;
  /** The project's root, a real path. */
  readonly root: string;
  /** Where an entry is reached. `name` has no slash. */
  at(name: string): string;
}

export interface OpenEntry extends AsyncDisposable {
  readonly folder: OpenFolder;
  readonly name: string;
  /** Where the entry itself is reached; a link is not followed by it. */
  readonly place: string;
}

/** Opens a folder below `root`; with `make` the missing ones are made. Throws `RequestFailed` as `confine`. */
export async function openFolder(root: string, path: string, make = false): Promise<OpenFolder> {
  try {
    return await openExisting(root, path);
  } catch (error) {
    if (!make || path === '' || !(error instanceof RequestFailed) || error.code !== 'notFound') throw error;
  }
  await using above = await openEntry(root, path, true);
  try {
    await mkdir(above.place);
  } catch (error) {
    // Someone made it meanwhile; a link to nothing or a file shows when it is opened.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw fileError(error, JSON.stringify(path));
  }
  // Awaited here: closing `above` takes a while, and nobody would hear a failure in the meantime.
  return await openExisting(root, path);
}

/** The folder that holds `path`, opened, and its name there. The root itself is no entry. Throws `RequestFailed`. */
export async function openEntry(root: string, path: string, make = false): Promise<OpenEntry> {
  const parts = checkedParts(path);
  const name = parts.pop() as string;
  const folder = await openFolder(root, parts.join('/'), make);
  return { folder, name, place: folder.at(name), [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]() };
}

function checkedParts(path: string): string[] {
  if (path.split(/[/\\]/).includes('..')) throw outside(path);
  const parts = path.split('/');
  for (const part of parts) {
    if (part === '' || part === '.' || part.includes('\0'))
      throw new RequestFailed('badParams', `${JSON.stringify(path)} names nothing in the project.`);
    if (Buffer.byteLength(part) > MAX_NAME_BYTES)
      throw new RequestFailed('badParams', `A name may have ${MAX_NAME_BYTES} bytes at most.`);
  }
  return parts;
}

async function openExisting(root: string, path: string): Promise<OpenFolder> {
  const place = await confine(root, path);
  let handle: FileHandle;
  try {
    handle = await open(place.full, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
  } catch (error) {
    throw fileError(error, JSON.stringify(path));
  }
  const base = process.platform === 'linux' ? `/proc/self/fd/${handle.fd}` : place.full;
  try {
    // What was checked may have been replaced before it was opened: so the opened folder itself is asked where it is.
    if (!isWithin(place.root, await realpath(base))) throw outside(path);
  } catch (error) {
    await handle.close();
    throw error instanceof RequestFailed ? error : fileError(error, JSON.stringify(path));
  }
  return {
    full: place.full,
    root: place.root,
    at: (name) => `${base}/${name}`,
    [Symbol.asyncDispose]: () => handle.close(),
  };
}
