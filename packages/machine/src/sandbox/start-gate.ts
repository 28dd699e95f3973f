import type { Clock } from '@agor/runtime';

/** A start that nobody told the end of counts for so long. In ms. */
const LONGEST_START_MS = 3_000;

/**
 * Keeps starts and clearings apart: what a start found on the disk must still be there when its mounts are made, and what a run left
 * behind is taken away from just these places. Starts go side by side, clearings one after another.
 */
export class StartGate {
  readonly #starting = new Set<Promise<void>>();
  #clearing: Promise<unknown> = Promise.resolve();

  constructor(private readonly clock: Clock) {}

  /** Resolves when nothing is being cleared. Call what it gives when the mounts are made, or never will be; more than once does no harm. */
  async start(): Promise<() => void> {
    for (let last: unknown; last !== this.#clearing; ) {
      last = this.#clearing;
      await last;
    }
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#starting.add(promise);
    const end = () => {
      limit.cancel();
      this.#starting.delete(promise);
      resolve();
    };
    const limit = this.clock.setTimeout(end, LONGEST_START_MS);
    return end;
  }

  /** Does `work` when the starts that are under way are over. New ones wait until it is done. */
  clear<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#clearing.then(async () => {
      await Promise.all(this.#starting);
      return work();
    });
    this.#clearing = done.catch(() => {}); // whoever asked for it hears of the failure
    return done;
  }
}
