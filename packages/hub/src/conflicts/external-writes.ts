import type { Clock, Timer } from '@agor/runtime';
import { Failure } from '../failure.ts';
import type { FileWatching } from '../watching/index.ts';
import { GRACE_MS } from './own-deeds.ts';

/** Files watched at a time; writes to further ones from outside are not noticed. */
const MAX_WATCHED = 2_000;
/** Changes that wait for their judgement; further ones are left out. */
const MAX_WAITING = 5_000;

/** A change of a file that agents write. */
export interface SeenChange {
  readonly file: string;
  readonly at: number;
  /** When its content last changed; null: it is gone. */
  readonly mtimeMs: number | null;
}

export interface ExternalWritesOptions {
  readonly watching: Pick<FileWatching, 'watchFiles'>;
  readonly clock: Clock;
  /** What agents told by now is known: who changed it? */
  readonly judge: (change: SeenChange) => void;
  /** Why not all is noticed; null when it is again. */
  readonly onProblem: (problem: string | null) => void;
}

/** Watches the files that agents write. A change is judged after the grace, for what an agent did may be told after it shows on the disk. */
export class ExternalWrites implements Disposable {
  readonly #watches = new Map<string, Disposable>();
  readonly #problems = new Map<string, string>();
  readonly #timers = new Set<Timer>();
  #waiting = 0;

  constructor(private readonly options: ExternalWritesOptions) {}

  /** `root`: the session's folder, above the file. */
  watch(file: string, root: string): void {
    if (this.#watches.has(file) || this.#watches.size >= MAX_WATCHED) return;
    try {
      const watch = this.options.watching.watchFiles(
        { in: { cwd: root }, files: [file.slice(root.length + 1)] },
        (changes) => this.#seen(changes),
        (problem, isGone) => this.#problem(file, isGone ? null : problem),
      );
      this.#watches.set(file, watch);
    } catch (error) {
      // A path that no file can have, or a watch too many: only writes from outside are missed.
      if (!(error instanceof Failure)) throw error;
    }
  }

  unwatch(file: string): void {
    this.#watches.get(file)?.[Symbol.dispose]();
    this.#watches.delete(file);
    this.#problem(file, null);
  }

  [Symbol.dispose](): void {
    for (const timer of this.#timers) timer.cancel();
    for (const watch of this.#watches.values()) watch[Symbol.dispose]();
  }

  #seen(changes: readonly SeenChange[]): void {
    const room = changes.slice(0, Math.max(0, MAX_WAITING - this.#waiting));
    if (room.length === 0) return;
    this.#waiting += room.length;
    const timer = this.options.clock.setTimeout(() => {
      this.#timers.delete(timer);
      this.#waiting -= room.length;
      for (const change of room) this.options.judge(change);
    }, GRACE_MS);
    this.#timers.add(timer);
  }

  #problem(file: string, problem: string | null): void {
    const had = this.#problems.size > 0;
    if (problem === null) this.#problems.delete(file);
    else this.#problems.set(file, problem);
    const [first] = this.#problems.values();
    if (first !== undefined) this.options.onProblem(first);
    else if (had) this.options.onProblem(null);
  }
}
