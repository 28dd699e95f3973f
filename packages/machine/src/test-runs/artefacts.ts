import { open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { MAX_SCREENSHOTS, type TestArtefacts } from '@agor/protocol';
import { confine, relativePath } from '../files/index.ts';

const FOLDERS = [
  { path: '.selenium/screenshots', depth: 1 },
  { path: 'test-results', depth: 3 },
];
const IMAGE = /\.(?:png|jpe?g|webp|gif)$/i;
const MAX_ENTRIES = 5_000;
const LOG = '.selenium/session.log';
const LOG_LINES = 50;
const LOG_TAIL_BYTES = 64 * 1024;

/** The screenshots and the log that testing left in a project, newest first. Links are not followed. */
export async function testArtefacts(root: string): Promise<TestArtefacts> {
  const paths: string[] = [];
  for (const { path, depth } of FOLDERS) await collect(root, path, depth, paths);
  const found = [];
  for (const path of paths) {
    const entry = await stat(join(root, path)).catch(() => null); // gone meanwhile
    if (entry?.isFile()) found.push({ path, mtimeMs: Math.round(entry.mtimeMs), size: entry.size });
  }
  found.sort((a, b) => b.mtimeMs - a.mtimeMs || a.path.localeCompare(b.path));
  return {
    screenshots: found.slice(0, MAX_SCREENSHOTS),
    more: found.length > MAX_SCREENSHOTS,
    log: await lastLines(root),
  };
}

async function collect(root: string, folder: string, depth: number, into: string[]): Promise<void> {
  try {
    const place = await confine(root, folder);
    for (const entry of await readdir(place.full, { withFileTypes: true })) {
      if (into.length >= MAX_ENTRIES) return;
      const path = `${relativePath(place)}/${entry.name}`;
      if (entry.isDirectory() && depth > 1) await collect(root, path, depth - 1, into);
      else if (entry.isFile() && IMAGE.test(entry.name)) into.push(path);
    }
  } catch {
    // There is no such folder, or it leads out of the project: nothing was left there.
  }
}

async function lastLines(root: string): Promise<string | null> {
  try {
    const { full } = await confine(root, LOG);
    await using file = await open(full, 'r');
    const entry = await file.stat();
    if (!entry.isFile()) return null;
    const length = Math.min(entry.size, LOG_TAIL_BYTES);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, entry.size - length);
    return buffer.toString('utf8', 0, bytesRead).trimEnd().split('\n').slice(-LOG_LINES).join('\n');
  } catch {
    return null; // there is none
  }
}
