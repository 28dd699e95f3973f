import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Deeper, or after so many folders, is not looked: a start must not wait for a walk through a large tree. */
const MAX_DEPTH = 3;
const MAX_FOLDERS = 400;
const NOT_ENTERED = new Set(['node_modules', '.git', '.venv', 'venv', 'target', 'dist', 'build']);

/**
 * Repositories below a folder, each as its `.git`: submodules, clones. Editors look for them and ask git about each, so that what is planted
 * there is followed as well. Nearer ones come first; bounded.
 */
export function nestedRepositories(root: string): string[] {
  const found: string[] = [];
  let level = [root];
  let looked = 0;
  for (let depth = 0; depth <= MAX_DEPTH && level.length > 0; depth++) {
    const next: string[] = [];
    for (const folder of level) {
      if (looked++ >= MAX_FOLDERS) return found;
      for (const entry of entries(folder)) {
        const path = join(folder, entry.name);
        if (entry.name === '.git' && folder !== root) found.push(path);
        else if (entry.isDirectory() && !NOT_ENTERED.has(entry.name)) next.push(path);
      }
    }
    level = next;
  }
  return found;
}

function entries(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return []; // not ours, or gone meanwhile
  }
}
