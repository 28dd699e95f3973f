import { realpath } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';

/** A path as it really is, every link followed. */
export interface Located {
  readonly path: string;
  /** For people: from the project's folder when it lies in there. */
  readonly shown: string;
  /** In the project or one of its additional folders. */
  readonly inside: boolean;
  /** In a `.git` folder: what stands there may run later. */
  readonly guarded: boolean;
}

/** Where a session works: the project's folder and those added to it. */
export class Place {
  #roots: Promise<readonly string[]> | null = null;

  constructor(
    readonly cwd: string,
    private readonly additional: readonly string[] = [],
  ) {}

  /** Follows every link of a path, also of one that is yet to be made. Relative ones are of the project. */
  async locate(path: string): Promise<Located> {
    const wanted = resolve(this.cwd, path === '~' || path.startsWith('~/') ? join(homedir(), path.slice(1)) : path);
    const real = await realpathOfFuture(wanted);
    this.#roots ??= this.#realRoots();
    const roots = await this.#roots;
    const root = roots.find((each) => isIn(each, real));
    return {
      path: real,
      shown: this.shown(real),
      inside: root !== undefined,
      guarded: root !== undefined && relative(root, real).split(sep).includes('.git'),
    };
  }

  /** A path as people say it. */
  shown(path: string): string {
    if (!isAbsolute(path)) return path;
    const way = relative(this.cwd, path);
    return way === '' ? '.' : way === '..' || way.startsWith(`..${sep}`) ? path : way;
  }

  async #realRoots(): Promise<string[]> {
    // A folder that is not there holds nothing that could be reached.
    const real = await Promise.all([this.cwd, ...this.additional].map((each) => realpath(each).catch(() => null)));
    return real.filter((each) => each !== null);
  }
}

function isIn(root: string, path: string): boolean {
  return path === root || path.startsWith(root === sep ? sep : root + sep);
}

/** The real path of the nearest folder that exists, with the rest behind it. */
async function realpathOfFuture(path: string): Promise<string> {
  const rest: string[] = [];
  for (let at = path; ; at = dirname(at)) {
    try {
      return join(await realpath(at), ...rest);
    } catch (error) {
      // ENOTDIR, ELOOP and the like are found again, in words, when the file is opened.
      if (dirname(at) === at) throw error;
      rest.unshift(basename(at));
    }
  }
}
