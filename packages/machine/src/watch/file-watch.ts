import { readdir, stat } from 'node:fs/promises';
import { type FileChange, type FileWatchWish, MAX_FILE_CHANGES } from '@agor/protocol';
import type { Clock, Timer } from '@agor/runtime';
import { type FolderWatches, TooManyFolders } from './folder-watches.ts';
import { type Wanted, wanted } from './patterns.ts';
import { goneProblem, tooManyFolders, watchProblem } from './problems.ts';

/** What happens within this time is one frame. In ms. */
const COALESCE_MS = 100;
/** Where not all can be watched, it is tried again this often, and files that changed meanwhile are told. In ms. */
const RETRY_MS = 30_000;
/** Folders of one watch; changes in further ones are not noticed, and it says so. */
export const MAX_FOLDERS_OF_ONE = 10_000;
/** A file's times come from a coarser clock than ours. In ms. */
const CLOCK_GRAIN_MS = 50;

export interface Told {
  changes(changes: readonly FileChange[], more: boolean): void;
  problem(problem: string | null, isGone: boolean): void;
}

export interface FileWatchDeps {
  readonly folders: FolderWatches;
  readonly clock: Clock;
  readonly tell: Told;
  readonly mostFolders?: number;
}

/**
 * One watch: follows the folders in which its files can lie, as they come and go, and tells changes together. Links to folders are followed for
 * files that were named, not for globs. Of a folder that is moved away, only files that were named are told as removed, and the folder itself where folders are told.
 */
export class FileWatch implements Disposable {
  readonly #wanted: Wanted;
  readonly #open = new Map<string, Disposable & { readonly identity: string }>();
  /** Changed files with the time of the first sign, and folders to look at again. */
  #changed = new Map<string, number>();
  #folders = new Set<string>();
  #more = false;
  #timer: Timer | null = null;
  #retry: Timer | null = null;
  #problem: string | null = null;
  /** Since when it does not hear all. */
  #deafSince: number | null = null;
  #told: string | null = null;
  /** Looks happen one after the other. */
  #work: Promise<void> = Promise.resolve();
  #ended = false;

  constructor(
    private readonly wish: FileWatchWish,
    private readonly deps: FileWatchDeps,
  ) {
    this.#wanted = wanted(wish);
  }

  /** Resolves when it hears all that comes from now on, or has told why not. */
  start(): Promise<void> {
    const { since } = this.wish;
    return this.#after(() => this.#enterAll(since === undefined ? null : since - CLOCK_GRAIN_MS));
  }

  [Symbol.dispose](): void {
    this.#ended = true;
    this.#timer?.cancel();
    this.#retry?.cancel();
    this.#leave('');
  }

  #after(look: () => Promise<void>): Promise<void> {
    this.#work = this.#work
      .then(async () => {
        if (this.#ended) return;
        await look();
        if (!this.#ended) this.#settle();
      })
      .catch((error: unknown) => {
        this.#problem = watchProblem(this.wish.root, error);
        if (!this.#ended) this.#settle();
      });
    return this.#work;
  }

  async #enterAll(since: number | null): Promise<void> {
    this.#problem = null;
    const from = this.deps.clock.now();
    await this.#enter('', since);
    this.#deafSince = this.#problem === null ? null : from - CLOCK_GRAIN_MS;
  }

  /** Watches a folder and what is wanted below it. `since`: files that changed after it are told (0: all); null: none. */
  async #enter(folder: string, since: number | null): Promise<void> {
    const waiting = [folder];
    for (let at = 0; at < waiting.length && !this.#ended; at++) {
      const next = waiting[at] ?? '';
      if (!this.#watch(next)) continue;
      for (const { path, isFolder } of await this.#entries(next)) {
        if (isFolder && this.#wanted.mayContain(path)) waiting.push(path);
        else if (!isFolder && since !== null && this.#wanted.matches(path)) await this.#touchIfSince(path, since);
      }
    }
  }

  #watch(folder: string): boolean {
    const most = this.deps.mostFolders ?? MAX_FOLDERS_OF_ONE;
    const full = this.#full(folder);
    if (this.#open.size >= most && !this.#open.has(folder)) {
      this.#problem = tooManyFolders(this.wish.root, most);
      return false;
    }
    try {
      const opened = this.deps.folders.watch(full, (name) => this.#heard(folder, name));
      this.#open.get(folder)?.[Symbol.dispose]();
      this.#open.set(folder, opened);
      return true;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (error instanceof TooManyFolders) this.#problem = tooManyFolders(this.wish.root, this.deps.folders.size);
      else if (code === 'ENOENT' || code === 'ENOTDIR') {
        // A folder below went meanwhile: its parent tells.
        if (folder === '') this.#problem = goneProblem(this.wish.root);
      } else if (folder === '' || (code !== 'EACCES' && code !== 'EPERM')) this.#problem = watchProblem(full, error);
      return false; // one that we may not read is left out: nobody who shares our rights works there
    }
  }

  /** What lies in a folder and can matter. */
  async #entries(folder: string): Promise<{ path: string; isFolder: boolean }[]> {
    const names = this.#wanted.namesIn(folder);
    const inFolder = (name: string) => (folder === '' ? name : `${folder}/${name}`);
    if (names === null) {
      const entries = await readdir(this.#full(folder), { withFileTypes: true }).catch(() => []); // gone again: its parent tells
      return entries.map((entry) => ({ path: inFolder(entry.name), isFolder: entry.isDirectory() }));
    }
    const found: { path: string; isFolder: boolean }[] = [];
    for (const name of names) {
      const path = inFolder(name);
      const at = await stat(this.#full(path)).catch(() => null);
      if (at) found.push({ path, isFolder: at.isDirectory() });
    }
    return found;
  }

  async #touchIfSince(path: string, since: number): Promise<void> {
    const at = await stat(this.#full(path)).catch(() => null);
    if (at && Math.max(at.ctimeMs, at.mtimeMs) > since) this.#touch(path);
  }

  #leave(folder: string): void {
    for (const [path, opened] of this.#open)
      if (folder === '' || path === folder || path.startsWith(`${folder}/`)) {
        opened[Symbol.dispose]();
        this.#open.delete(path);
      }
  }

  #heard(folder: string, name: string | null): void {
    if (this.#ended) return;
    if (name === null) {
      this.#folders.add(folder);
    } else {
      const path = folder === '' ? name : `${folder}/${name}`;
      if (this.#wanted.matches(path)) this.#touch(path);
      if (this.#wanted.mayContain(path)) this.#folders.add(path);
    }
    this.#soon();
  }

  #touch(path: string): void {
    if (this.#changed.has(path)) return;
    if (this.#changed.size >= MAX_FILE_CHANGES) this.#more = true;
    else this.#changed.set(path, this.deps.clock.now());
    this.#soon();
  }

  #soon(): void {
    if (this.#changed.size + this.#folders.size === 0) return;
    this.#timer ??= this.deps.clock.setTimeout(() => {
      this.#timer = null;
      void this.#after(() => this.#look());
    }, COALESCE_MS);
  }

  async #look(): Promise<void> {
    const folders = this.#folders;
    this.#folders = new Set();
    for (const folder of folders) await this.#lookAtFolder(folder);
    const changed = this.#changed;
    const more = this.#more;
    this.#changed = new Map();
    this.#more = false;
    const changes: FileChange[] = [];
    for (const [path, at] of changed) {
      const now = await stat(this.#full(path)).catch(() => null);
      if (now?.isDirectory() && !this.wish.folders) continue;
      changes.push({ path, kind: now ? 'changed' : 'removed', at, mtimeMs: now?.mtimeMs ?? null });
    }
    if (!this.#ended && (changes.length > 0 || more)) this.deps.tell.changes(changes, more);
  }

  /** A folder may have come, gone, or be another one than it was. */
  async #lookAtFolder(folder: string): Promise<void> {
    const at = await stat(this.#full(folder)).catch(() => null);
    const opened = this.#open.get(folder);
    if (at?.isDirectory() && opened?.identity === `${at.dev}:${at.ino}`) return;
    this.#leave(folder);
    if (opened) for (const path of this.#wanted.named(folder)) this.#touch(path);
    if (folder === '') await this.#enterAll(0);
    else if (at?.isDirectory()) await this.#enter(folder, 0);
  }

  #settle(): void {
    if (this.#problem !== this.#told) {
      this.#told = this.#problem;
      this.deps.tell.problem(this.#problem, this.#problem === goneProblem(this.wish.root));
    }
    this.#retry?.cancel();
    this.#retry = null;
    if (this.#problem === null) return;
    this.#deafSince ??= this.deps.clock.now();
    const again = () => void this.#after(() => this.#enterAll(this.#deafSince));
    this.#retry = this.deps.clock.setTimeout(again, RETRY_MS);
  }

  #full(path: string): string {
    return path === '' ? this.wish.root : `${this.wish.root}/${path}`;
  }
}
