import type { Clock } from '@agor/runtime';

const MINUTE_MS = 60_000;

/** So many in a minute of each name. Bounded by the names, which are plugins that are on. */
export class Rate {
  readonly #counted = new Map<string, { from: number; n: number }>();

  constructor(
    private readonly most: number,
    private readonly clock: Clock,
  ) {}

  /** False: it was too often. */
  take(name: string): boolean {
    const now = this.clock.monotonic();
    const counted = this.#counted.get(name);
    if (!counted || now - counted.from >= MINUTE_MS) {
      this.#counted.set(name, { from: now, n: 1 });
      return true;
    }
    return ++counted.n <= this.most;
  }

  forget(name: string): void {
    this.#counted.delete(name);
  }
}
