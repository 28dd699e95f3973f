import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const DIST = resolve(import.meta.dir, '..', 'dist');

/** The build that `bin/agor` runs; give it to `programCommand` to start its programs. */
export function built(): { readonly dir: string } {
  const name = readFileSync(join(DIST, 'current'), 'utf8').split('\n')[0] ?? '';
  return { dir: join(DIST, name) };
}
