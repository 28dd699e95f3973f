import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  type FSWatcher,
  mkdirSync,
  readFileSync,
  realpathSync,
  statSync,
  watch,
} from 'node:fs';
import { basename, dirname } from 'node:path';
import { GroupsFile } from '@agor/protocol';
import { type Clock, type Logger, type Timer, writeFileAtomic } from '@agor/runtime';
import type { HubBus } from '../events/index.ts';
import { rejected } from '../failure.ts';
import type { Problems } from '../problems/index.ts';
import { MAX_GROUPS_FILE_BYTES, parseGroups } from './parse-groups.ts';

export interface GroupsOptions {
  readonly file: string;
  /** Told of every change, whoever made it. */
  readonly bus: HubBus;
  readonly problems: Problems;
  readonly clock: Clock;
  readonly log: Logger;
}

/** An editor that saves writes more than once; we look when it has been quiet this long. */
const SETTLE_MS = 60;
const PROBLEM = 'groups-file';

/** Reads groups.json, or starts empty where there is none, and watches it until closed. */
export function openGroups(options: GroupsOptions): GroupsFileStore {
  return new GroupsFileStore(options);
}

/**
 * The groups and their projects: groups.json is the truth, this its newest valid reading and its only writer. A file that can't be read
 * stays as it is; it is replaced only by a change made through agor, after a copy of it was laid aside.
 */
export class GroupsFileStore implements Disposable {
  readonly #file: string;
  readonly #options: GroupsOptions;
  #current: GroupsFile = GroupsFile.parse({ version: 1 });
  /** Of the text that was last read or written: what it says is known, so our own writes are no news. */
  #seen: string | null = null;
  #stamp = '';
  #valid = true;
  #watchers: FSWatcher[] = [];
  #settle: Timer | null = null;
  #closed = false;

  /** Whether there was a file when agor started. */
  readonly existed: boolean;

  constructor(options: GroupsOptions) {
    this.#options = options;
    this.#file = options.file;
    mkdirSync(dirname(this.#file), { recursive: true, mode: 0o700 });
    this.existed = existsSync(this.#file);
    this.refresh();
    this.#watch();
  }

  get current(): GroupsFile {
    return this.#current;
  }

  /**
   * Replaces the groups by what `change` makes of them, on the disk first. Synchronous, so that no two changes can cross. What `change`
   * throws (a `Failure`) leaves everything as it was; a disk that can't be written becomes a `Failure` that says so.
   */
  change<T>(change: (file: GroupsFile) => { file: GroupsFile; result: T }): T {
    this.refresh();
    const { file, result } = change(this.#current);
    if (file === this.#current) return result;
    const text = `${JSON.stringify(file, null, 2)}\n`;
    try {
      if (!this.#valid) this.#layAside();
      writeFileAtomic(this.#file, text);
    } catch (error) {
      throw rejected(`${this.#file} can't be written: ${(error as Error).message}. Nothing was changed.`);
    }
    this.#seen = hash(text);
    this.#stamp = stampOf(this.#file);
    this.#accept(file);
    return result;
  }

  /** Reads the file again if it was changed outside. Cheap when it was not. */
  refresh(): void {
    const stamp = stampOf(this.#file);
    if (stamp === this.#stamp) return;
    this.#stamp = stamp;
    if (stamp === '') this.#missing();
    else this.#read();
  }

  [Symbol.dispose](): void {
    this.#closed = true;
    this.#settle?.cancel();
    for (const watcher of this.#watchers) watcher.close();
    this.#watchers = [];
  }

  #read(): void {
    let text: string;
    try {
      text = readText(this.#file);
    } catch (error) {
      this.#reject(`it can't be read: ${(error as Error).message}`);
      return;
    }
    const seen = hash(text);
    if (seen === this.#seen && this.#valid) return;
    this.#seen = seen;
    const parsed = parseGroups(text);
    if (parsed.ok) this.#accept(parsed.value);
    else this.#reject(parsed.error);
  }

  #accept(file: GroupsFile): void {
    this.#valid = true;
    this.#options.problems.clear(PROBLEM);
    this.#current = file;
    this.#options.bus.emit('groups', file);
  }

  #reject(why: string): void {
    this.#valid = false;
    this.#options.log.warn('groups.json is not valid', { why });
    this.#options.problems.raise(
      PROBLEM,
      `${this.#file} is not valid, ${why}. agor goes on with the groups it knew and leaves the file alone. Mend it and it is read at once; a change made in agor replaces it, after a copy was laid aside beside it.`,
    );
  }

  /** Gone while agor runs: an editor between two steps, or a mistake. Nothing is forgotten because of it. */
  #missing(): void {
    if (this.#seen === null) return;
    this.#seen = null;
    this.#valid = true; // there is nothing to lay aside
    this.#options.problems.raise(
      PROBLEM,
      `${this.#file} is gone. agor goes on with the groups it knew; put the file back, or change something in agor and it is written again.`,
    );
  }

  #layAside(): void {
    if (!existsSync(this.#file)) return;
    const time = new Date(this.#options.clock.now()).toISOString().replace(/[-:]/g, '').replace('.', '-');
    copyFileSync(this.#file, `${this.#file}.bad-${time}`);
  }

  /** Folders, not the file: a rename over it would leave us watching the old one. A linked file is watched where it really is, too. */
  #watch(): void {
    const real = existsSync(this.#file) ? realpathSync(this.#file) : this.#file;
    for (const file of new Set([this.#file, real])) {
      try {
        const watcher = watch(dirname(file), { persistent: false }, (_event, name) => {
          if (name === null || name === basename(file)) this.#touched();
        });
        watcher.on('error', (error) => this.#options.log.warn('watching groups.json failed', { error }));
        this.#watchers.push(watcher);
      } catch (error) {
        // Without a watch a change is still seen before every change of ours and whenever a window opens.
        this.#options.log.warn('groups.json cannot be watched', { error });
      }
    }
  }

  #touched(): void {
    this.#settle?.cancel();
    this.#settle = this.#options.clock.setTimeout(() => {
      if (!this.#closed) this.refresh();
    }, SETTLE_MS);
  }
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** Changes with every save, also with one within the clock's resolution that renames. Empty when there is no file. */
function stampOf(file: string): string {
  const stat = statSync(file, { throwIfNoEntry: false, bigint: true });
  return stat ? `${stat.mtimeNs}:${stat.size}:${stat.ino}` : '';
}

function readText(file: string): string {
  const { size } = statSync(file);
  if (size > MAX_GROUPS_FILE_BYTES) throw new Error(`it has ${size} bytes`);
  return readFileSync(file, 'utf8');
}
