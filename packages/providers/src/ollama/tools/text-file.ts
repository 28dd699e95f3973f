import { mkdir, open, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Located } from './place.ts';
import { ToolRefusal } from './tool.ts';

/** Larger files are not read into memory. */
const MAX_FILE_BYTES = 8 * 1024 * 1024;
const BINARY_PROBE_BYTES = 8_000;

/** The text of a file, or null when there is none. Throws `ToolRefusal` for folders, binary and huge files. */
export async function readText(located: Located): Promise<string | null> {
  try {
    const info = await stat(located.path);
    if (info.isDirectory()) throw new ToolRefusal(`${located.shown} is a folder: use List.`);
    if (!info.isFile()) throw new ToolRefusal(`${located.shown} is no regular file.`);
    if (info.size > MAX_FILE_BYTES)
      throw new ToolRefusal(`${located.shown} has ${info.size} bytes: too many. Search it with Grep.`);
    return textOf(located, await bytesOf(located.path));
  } catch (error) {
    if (error instanceof ToolRefusal) throw error;
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw inWords(located, error);
  }
}

async function bytesOf(path: string): Promise<Buffer> {
  const file = await open(path, 'r');
  try {
    // Bounded also for a file that grows meanwhile.
    const { buffer, bytesRead } = await file.read(Buffer.alloc(MAX_FILE_BYTES), 0, MAX_FILE_BYTES, 0);
    return Buffer.from(buffer.subarray(0, bytesRead));
  } finally {
    await file.close();
  }
}

function textOf(located: Located, bytes: Buffer): string {
  if (bytes.subarray(0, BINARY_PROBE_BYTES).includes(0)) throw new ToolRefusal(`${located.shown} is a binary file.`);
  return bytes.toString('utf8');
}

/** Writes a whole file, making its folders. */
export async function writeText(located: Located, text: string): Promise<void> {
  try {
    await mkdir(dirname(located.path), { recursive: true });
    await writeFile(located.path, text);
  } catch (error) {
    throw inWords(located, error);
  }
}

function inWords(located: Located, error: unknown): ToolRefusal {
  return new ToolRefusal(`${located.shown}: ${error instanceof Error ? error.message : String(error)}`);
}
