import type { Clock, Timer } from '@agor/runtime';

/** Lets something happen at once after a quiet time, then once in `everyMs`; calls `ready` when its time has come. */
export class Pace implements Disposable {
  #last = Number.NEGATIVE_INFINITY;
  #timer: Timer | null = null;

  constructor(
    private readonly clock: Clock,
    private readonly everyMs: number,
    private readonly ready: () => void,
  ) {}

  /** Whether it may happen now; when not, `ready` is called as soon as it may. */
  take(): boolean {
    const wait = this.#last + this.everyMs - this.clock.monotonic();
    if (wait > 0) {
      this.#timer ??= this.clock.setTimeout(() => {
        this.#timer = null;
        this.ready();
      }, wait);
      return false;
    }
    this.#last = this.clock.monotonic();
    return true;
  }

  [Symbol.dispose](): void {
    this.#timer?.cancel();
    this.#timer = null;
  }
}
