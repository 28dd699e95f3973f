import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { confine, isWithin } from '../files/index.ts';

/** Where reporters write JUnit's XML, from the project's folder on. */
const FOLDERS = [
  '',
  'test-results',
  'test-reports',
  'reports',
  'reports/junit',
  'build/test-results/test',
  'target/surefire-reports',
  'target/nextest/default',
  '.vitest/junit',
  'junit',
  'coverage',
];
const MAX_FILES = 200;
const MAX_FILE_BYTES = 8 * 1024 * 1024;
const MAX_BYTES = 32 * 1024 * 1024;

/** The JUnit files that were written since then, as text. Links that lead out of the project are not followed. */
export async function junitFiles(root: string, sinceMs: number): Promise<string[]> {
  const found: string[] = [];
  let bytes = 0;
  for (const folder of FOLDERS) {
    for (const path of await xmlFiles(root, folder)) {
      const entry = await stat(path).catch(() => null); // gone meanwhile
      // Disks keep times less exactly than the clock tells them.
      if (!entry?.isFile() || entry.mtimeMs < sinceMs - 20 || entry.size > MAX_FILE_BYTES) continue;
      bytes += entry.size;
      if (bytes > MAX_BYTES || found.length >= MAX_FILES) return found;
      const text = await readFile(path, 'utf8').catch(() => ''); // not readable: as if it were not there
      if (text.includes('<testcase')) found.push(text);
    }
  }
  return found;
}

async function xmlFiles(root: string, folder: string): Promise<string[]> {
  try {
    const place = await confine(root, folder);
    const names = (await readdir(place.full, { withFileTypes: true })).filter(
      (entry) => entry.isFile() && entry.name.endsWith('.xml'),
    );
    return names.map(({ name }) => join(place.full, name)).filter((path) => isWithin(place.root, path));
  } catch {
    return []; // there is no such folder
  }
}
