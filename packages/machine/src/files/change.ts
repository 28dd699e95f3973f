import { constants } from 'node:fs';
import { link, lstat, mkdir, open, rename, rm } from 'node:fs/promises';
import type { FileRenamed } from '@agor/protocol';
import { RequestFailed } from '../requests/index.ts';
import { fileError } from './confine.ts';
import { openEntry } from './open-folder.ts';

/** Makes an empty file or a folder, and the folders above it. Throws `RequestFailed`: `exists` when something of that name is there. */
export async function createEntry(root: string, path: string, kind: 'file' | 'folder'): Promise<void> {
  await using entry = await openEntry(root, path, true);
  try {
    if (kind === 'folder') await mkdir(entry.place);
    else await (await open(entry.place, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o666)).close();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST')
      throw new RequestFailed('exists', `There is a ${JSON.stringify(path)} already.`);
    throw fileError(error, JSON.stringify(path));
  }
}

/** Renames or moves what `from` names; a link itself, not where it leads. Throws `RequestFailed`. */
export async function renameEntry(root: string, from: string, to: string, overwrite: boolean): Promise<FileRenamed> {
  await using source = await openEntry(root, from);
  const what = await lstat(source.place).catch((error) => Promise.reject(fileError(error, JSON.stringify(from))));
  if (what.isDirectory() && `${to}/`.startsWith(`${from}/`) && to !== from)
    throw new RequestFailed('badParams', 'A folder can not be moved into itself.');
  await using target = await openEntry(root, to, true);
  const there = await lstat(target.place).catch(() => null);
  // Where case does not count, "a" and "A" are one file with a new name.
  const isItself =
    there !== null && there.ino === what.ino && there.dev === what.dev && from !== to && isSameName(from, to);
  if (there && !isItself && (!overwrite || there.isDirectory())) return { kind: 'exists', isDir: there.isDirectory() };
  try {
    const moved = what.isFile() && !there ? await moveIfFree(source.place, target.place) : 'unknown';
    if (moved !== 'unknown') return moved === 'moved' ? { kind: 'renamed' } : { kind: 'exists', isDir: false };
    await rename(source.place, target.place);
    return { kind: 'renamed' };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EXDEV')
      throw new RequestFailed('failed', 'These are two file systems; move it in a terminal.');
    throw fileError(error, JSON.stringify(from));
  }
}

function isSameName(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

/** A rename replaces what took the name a moment ago; a second name for the file does not. */
async function moveIfFree(from: string, to: string): Promise<'moved' | 'taken' | 'unknown'> {
  try {
    await link(from, to);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EEXIST' ? 'taken' : 'unknown'; // a file system without hard links
  }
  await rm(from);
  return 'moved';
}
