import { constants } from 'node:fs';
import { lstat, open, readFile, rename, rm } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { FileTrashed } from '@agor/protocol';
import { z } from 'zod';
import { RequestFailed } from '../requests/index.ts';
import { fileError } from './confine.ts';
import { type OpenEntry, openEntry } from './open-folder.ts';
import { systemTrash, type TrashContext, type TrashPlace, trashFor } from './trash-places.ts';

/** Tries for a free name in the trash. */
const MAX_TRIES = 1_000;
/** What a restore is told by. `to` is from the project's root on. */
const RestoreId = z.object({ trash: z.string(), name: z.string(), to: z.string() });

/**
 * Moves a file or folder of the project to the trash of the desktop; a link itself, not where it leads. `noTrash` where its file system has none:
 * nothing is copied to another disk, and nothing deleted unless `permanently`. Throws `RequestFailed`.
 */
export async function trashEntry(
  root: string,
  path: string,
  permanently: boolean,
  context: TrashContext = systemTrash(),
): Promise<FileTrashed> {
  await using entry = await openEntry(root, path);
  await lstat(entry.place).catch((error) => Promise.reject(fileError(error, JSON.stringify(path))));
  if (permanently) {
    await rm(entry.place, { recursive: true }).catch((error) => Promise.reject(fileError(error, JSON.stringify(path))));
    return { kind: 'deleted' };
  }
  const place = await trashFor(entry.folder.full, context);
  if ('none' in place) return { kind: 'noTrash', reason: place.none };
  try {
    const name = place.kind === 'mac' ? await moveToMac(entry, place) : await moveToFreedesktop(entry, place);
    return { kind: 'trashed', restoreId: JSON.stringify({ trash: place.path, name, to: path }) };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EXDEV')
      return { kind: 'noTrash', reason: 'it lies on another disk than the trash' };
    throw fileError(error, JSON.stringify(path));
  }
}

/** Brings back what `trashEntry` took. Throws `RequestFailed`: `exists` when the name was taken meanwhile, `notFound` when the trash was emptied. */
export async function restoreEntry(root: string, id: string, context: TrashContext = systemTrash()): Promise<void> {
  const { trash, name, to } = parseId(id);
  await using entry = await openEntry(root, to, true);
  const place = await trashFor(entry.folder.full, context);
  // Only from the trash that it must have gone to, and under the name that it came with.
  if ('none' in place || place.path !== trash || name.includes('/')) throw noLonger(to);
  const info = join(place.path, 'info', `${name}.trashinfo`);
  if (place.kind === 'freedesktop' && (await originOf(info, place)) !== join(entry.folder.full, entry.name))
    throw noLonger(to);
  const from = place.kind === 'mac' ? join(place.path, name) : join(place.path, 'files', name);
  if (!(await lstat(from).catch(() => null))) throw noLonger(to);
  if (await lstat(entry.place).catch(() => null))
    throw new RequestFailed('exists', `There is another ${JSON.stringify(to)} by now; it is still in the trash.`);
  await rename(from, entry.place).catch((error) => Promise.reject(fileError(error, JSON.stringify(to))));
  await rm(info, { force: true });
}

async function moveToMac(entry: OpenEntry, place: TrashPlace): Promise<string> {
  for (const name of namesFor(entry.name)) {
    const target = join(place.path, name);
    if (await lstat(target).catch(() => null)) continue;
    await rename(entry.place, target);
    return name;
  }
  throw new RequestFailed('failed', 'The trash is full of files of this name.');
}

/** The info file is made first: it holds the name against others. */
async function moveToFreedesktop(entry: OpenEntry, place: TrashPlace): Promise<string> {
  const origin = join(entry.folder.full, entry.name);
  const told = place.top === null ? origin : relative(place.top, origin);
  const text = `[Trash Info]\nPath=${told.split('/').map(encodeURIComponent).join('/')}\nDeletionDate=${localTime(new Date())}\n`;
  for (const name of namesFor(entry.name)) {
    const info = join(place.path, 'info', `${name}.trashinfo`);
    const file = await open(info, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600).catch((error) => {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      return null;
    });
    if (!file) continue;
    try {
      await file.writeFile(text);
      await file.close();
      const target = join(place.path, 'files', name);
      if (await lstat(target).catch(() => null)) continue; // without info: not ours to replace
      await rename(entry.place, target);
      return name;
    } catch (error) {
      await rm(info, { force: true });
      throw error;
    }
  }
  throw new RequestFailed('failed', 'The trash is full of files of this name. Empty it and try again.');
}

/** "a.txt", "a 2.txt", "a 3.txt" … */
function* namesFor(name: string): Generator<string> {
  yield name;
  const dot = name.lastIndexOf('.');
  const [stem, ext] = dot > 0 ? [name.slice(0, dot), name.slice(dot)] : [name, ''];
  for (let at = 2; at <= MAX_TRIES; at++) yield `${stem} ${at}${ext}`;
}

async function originOf(info: string, place: TrashPlace): Promise<string | null> {
  const text = await readFile(info, 'utf8').catch(() => '');
  const told = /^Path=(.*)$/m.exec(text)?.[1];
  if (told === undefined) return null;
  try {
    const path = told.split('/').map(decodeURIComponent).join('/');
    return place.top === null ? path : join(place.top, path);
  } catch {
    return null; // no percent-encoding: not written by us
  }
}

function parseId(id: string): z.infer<typeof RestoreId> {
  try {
    return RestoreId.parse(JSON.parse(id));
  } catch {
    throw new RequestFailed('badParams', 'This names nothing in the trash.');
  }
}

function noLonger(path: string): RequestFailed {
  return new RequestFailed('notFound', `${JSON.stringify(path)} is no longer in the trash.`);
}

function localTime(at: Date): string {
  const two = (part: number) => String(part).padStart(2, '0');
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${day}T${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
}
