import { type FileChange, type FilesFrame, MAX_FILE_CHANGES } from '@agor/protocol';
import type { FileWatching, WatchedFiles } from '../watching/index.ts';

/** Watches of all windows together. */
export const MAX_CLIENT_WATCHES = 500;

/**
 * What changes, for one client, until `signal` aborts or it is returned. A client that reads slowly gets what happened meanwhile as one frame: of
 * each file the newest change, at most MAX_FILE_CHANGES. Throws at once what `watchFiles` throws; `ended` is called exactly once otherwise.
 */
export function watchStream(
  watching: Pick<FileWatching, 'watchFiles'>,
  what: Omit<WatchedFiles, 'onStanding'>,
  signal: AbortSignal | undefined,
  ended: () => void,
): AsyncGenerator<FilesFrame, void> {
  const waiting = new Waiting();
  const watch = watching.watchFiles(
    { ...what, onStanding: () => waiting.standing() },
    (changes, more) => waiting.add(changes, more),
    (problem) => waiting.problem(problem),
  );
  let isEnded = false;
  const end = () => {
    if (isEnded) return;
    isEnded = true;
    watch[Symbol.dispose]();
    waiting.end();
    ended();
  };
  signal?.addEventListener('abort', end, { once: true });
  if (signal?.aborted) end();
  return frames(waiting, end);
}

async function* frames(waiting: Waiting, end: () => void): AsyncGenerator<FilesFrame, void> {
  try {
    for (;;) {
      const frame = waiting.take();
      if (frame) yield frame;
      else if (waiting.isEnded) return;
      else await waiting.more();
    }
  } finally {
    end();
  }
}

/** What the client has not read yet. */
class Waiting {
  isEnded = false;
  #isStanding = false;
  #problem: string | null | undefined;
  #changes = new Map<string, FileChange>();
  #more = false;
  #wake: (() => void) | null = null;

  standing(): void {
    this.#isStanding = true;
    this.#woken();
  }

  problem(problem: string | null): void {
    this.#problem = problem;
    this.#woken();
  }

  add(changes: readonly FileChange[], more: boolean): void {
    this.#more ||= more;
    for (const { path, kind, at, mtimeMs } of changes) {
      if (this.#changes.size < MAX_FILE_CHANGES || this.#changes.has(path))
        this.#changes.set(path, { path, kind, at, mtimeMs });
      else this.#more = true;
    }
    this.#woken();
  }

  end(): void {
    this.isEnded = true;
    this.#woken();
  }

  take(): FilesFrame | null {
    if (this.isEnded) return null;
    if (this.#isStanding) {
      this.#isStanding = false;
      return { kind: 'standing' };
    }
    if (this.#problem !== undefined) {
      const problem = this.#problem;
      this.#problem = undefined;
      return { kind: 'problem', problem };
    }
    if (this.#changes.size === 0 && !this.#more) return null;
    const frame: FilesFrame = { kind: 'changes', changes: [...this.#changes.values()], more: this.#more };
    this.#changes = new Map();
    this.#more = false;
    return frame;
  }

  more(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  #woken(): void {
    const wake = this.#wake;
    this.#wake = null;
    wake?.();
  }
}
