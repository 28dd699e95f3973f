import { type BigIntStats, constants } from 'node:fs';
import { type FileHandle, open, realpath, stat } from 'node:fs/promises';
import { type FileContent, MAX_FILE_READ_BYTES } from '@agor/protocol';
import { RequestFailed } from '../requests/index.ts';
import { confine, fileError, isWithin, outside, type Place } from './confine.ts';
import { binaryFormatOf, languageOf } from './language.ts';
import { versionOfContent, versionOfStats } from './version.ts';

/**
 * A file's text with its language, or what it is instead. Throws `RequestFailed` for what leads out of the project and for what is no regular file:
 * a device or a FIFO could hold its reader for ever.
 */
export async function readProjectFile(root: string, path: string): Promise<FileContent> {
  const { file, full } = await openProjectFile(root, path);
  try {
    const stats = await file.stat({ bigint: true });
    const size = Number(stats.size);
    const format = binaryFormatOf(full);
    if (format) {
      const message = `A file of the format ${format} is not shown as text.`;
      return { kind: 'binary', message, size, version: versionOfStats(stats) };
    }
    if (size > MAX_FILE_READ_BYTES) return { kind: 'tooLarge', size, version: versionOfStats(stats) };
    return await contentOf(file, full, stats);
  } finally {
    await file.close();
  }
}

/** A regular file of the project, opened for reading, with its real path. The caller closes it. Throws `RequestFailed` as `readProjectFile`. */
export async function openProjectFile(root: string, path: string): Promise<Place & { file: FileHandle }> {
  const { root: realRoot, full } = await confine(root, path);
  // Asked before it is opened: opening some devices does something. Asked again below, of what was opened.
  if (!(await stat(full).catch((error) => Promise.reject(fileError(error, JSON.stringify(path))))).isFile()) {
    throw notRegular(path);
  }
  return { file: await openWithin(realRoot, full, path), root: realRoot, full };
}

/** Reads one byte more than allowed: a file may grow while it is read, and those in /proc say that they are empty. */
async function contentOf(file: FileHandle, full: string, stats: BigIntStats): Promise<FileContent> {
  const size = Number(stats.size);
  const buffer = Buffer.allocUnsafe(Math.min(MAX_FILE_READ_BYTES, Math.max(size, 64 * 1024)) + 1);
  let length = 0;
  for (;;) {
    const { bytesRead } = await file.read(buffer, length, buffer.byteLength - length, length);
    length += bytesRead;
    if (bytesRead === 0 || length === buffer.byteLength) break;
  }
  if (length > MAX_FILE_READ_BYTES) {
    return { kind: 'tooLarge', size: Math.max(size, length), version: versionOfStats(stats) };
  }
  const bytes = buffer.subarray(0, length);
  const version = versionOfContent(bytes);
  try {
    const content = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    if (!content.includes('\0')) return { kind: 'text', content, lang: languageOf(full), size: length, version };
  } catch {
    // No UTF-8: told below.
  }
  return { kind: 'binary', message: 'This file is no UTF-8 text.', size: length, version };
}

/** What was checked may have been replaced by a link before it is opened: so the opened file itself is asked where it is. */
async function openWithin(root: string, full: string, path: string): Promise<FileHandle> {
  let file: FileHandle;
  try {
    file = await open(full, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    throw fileError(error, JSON.stringify(path));
  }
  try {
    if (!(await file.stat()).isFile()) throw notRegular(path);
    if (process.platform === 'linux' && !isWithin(root, await realpath(`/proc/self/fd/${file.fd}`)))
      throw outside(path);
    return file;
  } catch (error) {
    await file.close();
    throw error instanceof RequestFailed ? error : fileError(error, JSON.stringify(path));
  }
}

function notRegular(path: string): RequestFailed {
  return new RequestFailed('notAFile', `${JSON.stringify(path)} is no regular file, so it is not read.`);
}
