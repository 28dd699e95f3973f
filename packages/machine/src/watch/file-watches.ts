import { type FileChanges, type FileWatchProblem, type FileWatchWish, MAX_FILE_WATCHES } from '@agor/protocol';
import type { Clock } from '@agor/runtime';
import { FileWatch } from './file-watch.ts';
import { FolderWatches } from './folder-watches.ts';

/** Where changes go while a hub is connected. */
export type WatchSink = (frame: FileChanges | FileWatchProblem) => void;

/** What the connected hub wants to hear of the files on this machine. It ends with the connection: the next hub says anew what it wants. */
export class FileWatches implements Disposable {
  readonly #watches = new Map<string, FileWatch>();
  #sink: WatchSink | null = null;

  constructor(
    private readonly clock: Clock,
    private readonly folders = new FolderWatches(),
  ) {}

  get size(): number {
    return this.#watches.size;
  }

  /** A hub came, or went (null). */
  connect(sink: WatchSink | null): void {
    this.#endAll();
    this.#sink = sink;
  }

  /** Resolves when the new watches stand or have told why not. A watch of the same id is replaced. */
  async update(set: readonly FileWatchWish[], end: readonly string[]): Promise<void> {
    for (const id of end) this.#end(id);
    await Promise.all(set.map((wish) => this.#start(wish)));
  }

  [Symbol.dispose](): void {
    this.connect(null);
    this.folders[Symbol.dispose]();
  }

  #start(wish: FileWatchWish): Promise<void> {
    const watchId = wish.id;
    const before = this.#watches.get(watchId);
    if (!before && this.#watches.size >= MAX_FILE_WATCHES) {
      this.#sink?.({
        t: 'fileWatchProblem',
        watchId,
        problem: `agor watches too much at once (${MAX_FILE_WATCHES}).`,
        isGone: false,
      });
      return Promise.resolve();
    }
    const tell = {
      changes: (changes: FileChanges['changes'], more: boolean) =>
        this.#sink?.({ t: 'fileChanges', watchId, at: this.clock.now(), changes, more }),
      problem: (problem: string | null, isGone: boolean) =>
        this.#sink?.({ t: 'fileWatchProblem', watchId, problem, isGone }),
    };
    const watch = new FileWatch(wish, { folders: this.folders, clock: this.clock, tell });
    this.#watches.set(watchId, watch);
    const started = watch.start();
    before?.[Symbol.dispose]();
    return started;
  }

  #end(id: string): void {
    this.#watches.get(id)?.[Symbol.dispose]();
    this.#watches.delete(id);
  }

  #endAll(): void {
    for (const id of [...this.#watches.keys()]) this.#end(id);
  }
}
