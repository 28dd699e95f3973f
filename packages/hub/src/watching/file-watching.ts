import { join } from 'node:path';
import {
  type FileChange,
  type FileChanges,
  FileWatchesSet,
  type FileWatchProblem,
  type FileWatchWish,
  MAX_FILE_WATCHES,
  MAX_WATCH_PATTERNS,
  MAX_WATCHES_AT_ONCE,
  type ProjectId,
} from '@agor/protocol';
import type { Logger } from '@agor/runtime';
import type { Machine } from '../core/index.ts';
import type { HubBus } from '../events/index.ts';
import { Failure } from '../failure.ts';
import { fileProblem, patternProblem } from './patterns.ts';

/** The first walk through a large tree on a cold disk. In ms. */
const UPDATE_MS = 150_000;

/** What is watched: files by name, or by patterns (a path or a glob), from a folder on. */
export interface WatchedFiles {
  /** The folder: a project's, or an absolute path. */
  readonly in: ProjectId | { readonly cwd: string };
  readonly patterns?: readonly string[];
  /** Paths that are taken as they are, whatever characters they have. */
  readonly files?: readonly string[];
  /** Folders that match are told too. */
  readonly folders?: boolean;
  /** Called when all that changes from then on is told: once it stands, and again after each gap. */
  readonly onStanding?: () => void;
}

/** A file that changed or went. */
export interface WatchedChange extends FileChange {
  /** Absolute. `path` is from the folder on. */
  readonly file: string;
}

type OnChange = (changes: readonly WatchedChange[], more: boolean) => void;
/** Why not all is noticed, in words for the person; null when it is again. `isGone`: the folder is not there, which may be as it should. */
type OnProblem = (problem: string | null, isGone: boolean) => void;

interface Watch {
  readonly wish: Omit<FileWatchWish, 'since'>;
  readonly onChange: OnChange;
  readonly onProblem: OnProblem;
  readonly onStanding: (() => void) | undefined;
  /** The machine's time until when all was told; undefined until it stood once. */
  heardUntil: number | undefined;
  problem: string | null;
}

export interface FileWatchingOptions {
  readonly machine: Pick<Machine, 'request' | 'state'>;
  readonly bus: HubBus;
  readonly log: Logger;
  /** A project's folder; throws `Failure` NOT_FOUND when there is no such project. */
  readonly projectFolder: (id: ProjectId) => string;
}

/**
 * Files on the machine that domains of the hub want to hear of. The wishes outlive link and machine: after a gap they are sent again, and
 * what changed meanwhile is told then (files that went, are not). What the person does not see of a problem here, the caller shows.
 */
export class FileWatching implements Disposable {
  readonly #watches = new Map<string, Watch>();
  readonly #toSet = new Set<string>();
  readonly #toEnd = new Set<string>();
  /** Watches of which a problem was told since the last request. */
  readonly #withProblem = new Set<string>();
  readonly #subscriptions: Disposable[];
  #last = 0;
  /** A request is on its way, or about to be. */
  #sending = false;
  #connected: boolean;
  #closed = false;

  constructor(private readonly options: FileWatchingOptions) {
    const { bus, machine } = options;
    this.#connected = isConnected(machine.state.state);
    this.#subscriptions = [
      bus.on('machine', ({ state }) => this.#machine(isConnected(state))),
      bus.on('files', (frame) => (frame.t === 'fileChanges' ? this.#changes(frame) : this.#problemTold(frame))),
    ];
  }

  /**
   * Tells changes, coalesced, until the returned is disposed. Throws `Failure`: NOT_FOUND for a project that is not there, REJECTED for a
   * pattern that can't be watched (see `patternProblem`) or too many.
   */
  watchFiles(what: WatchedFiles, onChange: OnChange, onProblem: OnProblem): Disposable {
    const { patterns = [], files = [], folders = false, onStanding } = what;
    const problem = [...patterns.map(patternProblem), ...files.map(fileProblem)].find((found) => found !== null);
    if (problem) throw new Failure('REJECTED', problem);
    if (patterns.length > MAX_WATCH_PATTERNS || files.length > MAX_WATCH_PATTERNS)
      throw new Failure('REJECTED', `At most ${MAX_WATCH_PATTERNS} patterns can be watched at once.`);
    if (this.#watches.size >= MAX_FILE_WATCHES)
      throw new Failure('REJECTED', `agor watches at most ${MAX_FILE_WATCHES} things at once.`);
    const root = typeof what.in === 'string' ? this.options.projectFolder(what.in) : what.in.cwd;
    const id = `w${++this.#last}`;
    const wish = { id, root, patterns: [...patterns], files: [...files], folders };
    this.#watches.set(id, { wish, onChange, onProblem, onStanding, heardUntil: undefined, problem: null });
    this.#toSet.add(id);
    this.#soon();
    return { [Symbol.dispose]: () => this.#end(id) };
  }

  [Symbol.dispose](): void {
    this.#closed = true;
    for (const subscription of this.#subscriptions) subscription[Symbol.dispose]();
    this.#watches.clear();
  }

  #end(id: string): void {
    if (!this.#watches.delete(id) || this.#toSet.delete(id)) return;
    this.#toEnd.add(id);
    this.#soon();
  }

  #machine(connected: boolean): void {
    if (connected === this.#connected) return;
    this.#connected = connected;
    if (!connected) return;
    this.#toEnd.clear(); // a machine forgets with the link
    for (const id of this.#watches.keys()) this.#toSet.add(id);
    this.#soon();
  }

  /** What is wanted in one turn of the event loop is one request, and there is one at a time. */
  #soon(): void {
    if (this.#sending || !this.#connected || this.#closed) return;
    this.#sending = true;
    queueMicrotask(() => void this.#send());
  }

  async #send(): Promise<void> {
    const ids = [...this.#toSet].slice(0, MAX_WATCHES_AT_ONCE);
    const end = [...this.#toEnd];
    for (const id of ids) this.#toSet.delete(id);
    this.#toEnd.clear();
    const set = ids.flatMap((id) => {
      const watch = this.#watches.get(id);
      return watch ? [{ ...watch.wish, ...(watch.heardUntil === undefined ? {} : { since: watch.heardUntil }) }] : [];
    });
    try {
      if (set.length + end.length > 0) {
        this.#withProblem.clear();
        const answer = await this.options.machine.request('watch.update', { set, end }, { timeoutMs: UPDATE_MS });
        const { at } = FileWatchesSet.parse(answer);
        for (const { id } of set) {
          this.#heardUntil(id, at);
          this.#watches.get(id)?.onStanding?.();
          if (!this.#withProblem.has(id)) this.#problemTold({ watchId: id, problem: null, isGone: false });
        }
      }
    } catch (error) {
      // Without a link they are sent again when there is one.
      if (this.#connected) this.#refused(set, error);
    }
    this.#sending = false;
    if (this.#toSet.size + this.#toEnd.size > 0) this.#soon();
  }

  #refused(set: readonly { readonly id: string }[], error: unknown): void {
    this.options.log.warn('files could not be watched', { error });
    const problem = `Files are not watched: ${(error as Error).message}`;
    for (const { id } of set) this.#problemTold({ watchId: id, problem, isGone: false });
  }

  #changes({ watchId, at, changes, more }: FileChanges): void {
    const watch = this.#watches.get(watchId);
    if (!watch) return; // ended meanwhile
    this.#heardUntil(watchId, at);
    watch.onChange(
      changes.map((change) => ({ ...change, file: join(watch.wish.root, change.path) })),
      more,
    );
  }

  #heardUntil(id: string, at: number): void {
    const watch = this.#watches.get(id);
    if (watch) watch.heardUntil = Math.max(watch.heardUntil ?? 0, at);
  }

  #problemTold({ watchId, problem, isGone }: Omit<FileWatchProblem, 't'>): void {
    const watch = this.#watches.get(watchId);
    if (problem !== null) this.#withProblem.add(watchId);
    if (!watch || watch.problem === problem) return;
    watch.problem = problem;
    watch.onProblem(problem, isGone);
  }
}

function isConnected(state: string): boolean {
  return state === 'connected' || state === 'outdated';
}
