import { lstatSync, readlinkSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** Like the kernel's. */
const MAX_LINKS = 40;

/**
 * Finds real paths and remembers the symbolic links on the way: a sandbox that shows a path by its real name must bring the links along, or
 * the person's own name for it leads nowhere.
 */
export class RealPaths {
  /** Where a link lies (its folder is real) → what is written in it. */
  readonly links = new Map<string, string>();
  readonly #known = new Map<string, string | null>();

  /** The path without links; null when nothing is there. */
  of(path: string): string | null {
    return this.#follow(resolve(path), MAX_LINKS);
  }

  /** Those that exist, each once. */
  existing(paths: readonly string[]): string[] {
    return [...new Set(paths.map((path) => this.of(path)).filter((path) => path !== null))];
  }

  #follow(path: string, linksLeft: number): string | null {
    if (path === '/') return path;
    const known = this.#known.get(path);
    if (known !== undefined) return known;
    const found = this.#look(path, linksLeft);
    this.#known.set(path, found);
    return found;
  }

  #look(path: string, linksLeft: number): string | null {
    const parent = this.#follow(dirname(path), linksLeft);
    if (parent === null || linksLeft === 0) return null;
    const at = join(parent, path.slice(path.lastIndexOf('/') + 1));
    try {
      const stat = lstatSync(at, { throwIfNoEntry: false });
      if (!stat) return null;
      if (!stat.isSymbolicLink()) return at;
      const target = readlinkSync(at);
      this.links.set(at, target);
      return this.#follow(resolve(parent, target), linksLeft - 1);
    } catch {
      return null; // not ours to look at, or gone meanwhile: then there is nothing to show either
    }
  }
}
