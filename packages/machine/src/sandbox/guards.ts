import { lstatSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';

export interface GuardPlaces {
  /** What is there, to be read only. */
  readonly guard: string[];
  /** Folders that are not there: an empty one takes the place meanwhile. */
  readonly missingFolders: string[];
  /** What can't be held while the runner lives, and is looked at when it has ended. */
  readonly watch: string[];
}

/**
 * Where the guards of a folder are. A guard whose own folder is there, but not it, closes that folder: what lies beside a vendor's settings
 * is the vendor's too. A guard that ends with `/` is a folder, and so is one whose name looks like it.
 */
export function guardPlaces(root: string, guards: readonly string[]): GuardPlaces {
  const places: GuardPlaces = { guard: [], missingFolders: [], watch: [] };
  for (const guard of new Set(guards)) {
    const names = guard.split('/').filter((name) => name !== '' && name !== '.' && name !== '..');
    const [first] = names;
    if (first === undefined) continue;
    const path = join(root, ...names);
    const link = names.map((_, i) => join(root, ...names.slice(0, i + 1))).find(isLink);
    // A mount can't take a link's place: whoever may write the folder can put something else there.
    if (link !== undefined) places.watch.push(link);
    if (exists(path)) places.guard.push(path);
    else if (exists(join(root, first))) places.guard.push(nearest(root, names));
    else if (names.length > 1 || guard.endsWith('/') || (first.startsWith('.') && isFolderName(first)))
      places.missingFolders.push(join(root, first));
    else places.watch.push(path);
  }
  return places;
}

/** `.codex` is a folder, `.mcp.json` and `.cursorrules` are files. Wrongly guessed, an empty folder stands there for as long as the run. */
export function isFolderName(name: string): boolean {
  return /^\.?[a-z-]+$/.test(name) && !/(rules|hints|ignore|env|rc|config|profile)$/.test(name);
}

/** The longest part of the path that is there. */
function nearest(root: string, names: readonly string[]): string {
  for (let length = names.length - 1; ; length--) {
    const path = join(root, ...names.slice(0, length));
    if (length <= 1 || exists(path)) return path;
  }
}

function exists(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}

function isLink(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
}

/** Formats in which an empty file says nothing; an empty JSON file would be an error. */
export function mayBeEmpty(name: string): boolean {
  return /\.(toml|md|ya?ml)$|^\.(env|gitignore)$/.test(name);
}

/** Makes an empty folder or file, true when it was not there. Where it can't be made, an agent of the same person can't either. */
export function makePlaceholder(path: string): boolean {
  try {
    if (mayBeEmpty(basename(path))) writeFileSync(path, '', { flag: 'wx', mode: 0o600 });
    else mkdirSync(path);
    return true;
  } catch {
    return false;
  }
}
