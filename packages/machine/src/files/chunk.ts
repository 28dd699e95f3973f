import { MAX_FILE_CHUNK_BYTES, RAW_HEAD_BYTES, type RawFile } from '@agor/protocol';
import { RequestFailed } from '../requests/index.ts';
import { fileError } from './confine.ts';
import { openProjectFile } from './read.ts';
import { versionOfStats } from './version.ts';

/** What a file of the project is, with its first bytes. Throws `RequestFailed` as `readProjectFile`. */
export async function describeRaw(root: string, path: string): Promise<RawFile> {
  const { file } = await openProjectFile(root, path);
  try {
    const stats = await file.stat({ bigint: true });
    const head = Buffer.alloc(RAW_HEAD_BYTES);
    const { bytesRead } = await file.read(head, 0, RAW_HEAD_BYTES, 0);
    return {
      size: Number(stats.size),
      version: versionOfStats(stats),
      head: head.subarray(0, bytesRead).toString('base64'),
    };
  } catch (error) {
    throw fileError(error, JSON.stringify(path));
  } finally {
    await file.close();
  }
}

/** A part of a file, in base64. Throws `RequestFailed`: `changed` when the file is not of this version any more. */
export async function readChunk(
  root: string,
  path: string,
  version: string,
  offset: number,
  length: number,
): Promise<{ data: string }> {
  const { file } = await openProjectFile(root, path);
  try {
    const isSame = async () => versionOfStats(await file.stat({ bigint: true })) === version;
    const buffer = Buffer.allocUnsafe(Math.min(length, MAX_FILE_CHUNK_BYTES));
    const { bytesRead } = await file.read(buffer, 0, buffer.byteLength, offset);
    if (!(await isSame())) throw new RequestFailed('changed', `${JSON.stringify(path)} changed while it was read.`);
    return { data: buffer.subarray(0, bytesRead).toString('base64') };
  } finally {
    await file.close();
  }
}
