/** One hash over the sources that a build is made of. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './places.mjs';

const SKIPPED_FOLDERS = new Set(['node_modules', 'dist', 'fixtures', 'test-results', '.vite']);
const SKIPPED_FILES = /\.test\.(ts|svelte\.ts)$|\.md$/;

/**
 * 16 hex digits over names and contents of the given files and folders (relative to `base`, the clone; missing ones are left out).
 * Tests, fixtures and notes do not count: no program contains them.
 * @param {string[]} paths
 * @param {string} [base]
 */
export function hashFiles(paths, base = root) {
  const hash = createHash('sha256');
  for (const path of paths.flatMap((path) => filesOf(path, base))) {
    const content = readFileSync(join(base, path));
    hash.update(`${path}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex').slice(0, 16);
}

/**
 * @param {string} path
 * @param {string} base
 * @returns {string[]}
 */
function filesOf(path, base) {
  const absolute = join(base, path);
  if (!existsSync(absolute)) return [];
  if (statSync(absolute).isFile()) return [path];
  return readdirSync(absolute, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      if (entry.isDirectory()) return SKIPPED_FOLDERS.has(entry.name) ? [] : filesOf(`${path}/${entry.name}`, base);
      return SKIPPED_FILES.test(entry.name) ? [] : [`${path}/${entry.name}`];
    });
}
