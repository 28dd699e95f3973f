import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Large, made by tools, and never what a person means. */
const SKIPPED = new Set(['node_modules', 'target', 'dist', 'build', '__pycache__', 'venv']);
const MAX_FOLDERS = 20_000;

/** The files below a folder that is no repository, the nearest first. Hidden ones and links are left out. */
export async function walkPaths(root: string, maxPaths: number, signal: AbortSignal): Promise<string[]> {
  const found: string[] = [];
  const folders = [''];
  for (let at = 0; at < Math.min(folders.length, MAX_FOLDERS) && found.length < maxPaths; at++) {
    signal.throwIfAborted();
    const folder = folders[at] ?? '';
    for (const entry of await entriesOf(join(root, folder))) {
      if (entry.name.startsWith('.')) continue;
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isFile() && found.length < maxPaths) found.push(path);
      else if (entry.isDirectory() && !SKIPPED.has(entry.name) && folders.length < MAX_FOLDERS) folders.push(path);
    }
  }
  return found;
}

async function entriesOf(path: string): Promise<Dirent[]> {
  try {
    return await readdir(path, { withFileTypes: true });
  } catch {
    return []; // not ours to read, or gone: the rest is found all the same
  }
}
