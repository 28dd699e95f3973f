import type { Clock } from '@agor/runtime';

/** A wait between attempts that can be cut short. One at a time. */
export class Pause {
  #wakeUp: (() => void) | null = null;

  constructor(private readonly clock: Clock) {}

  /** Waits `ms`, or until someone asks for a try now. */
  wait(ms: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = this.clock.setTimeout(resolve, ms);
    this.#wakeUp = resolve;
    return promise.finally(() => {
      timer.cancel();
      this.#wakeUp = null;
    });
  }

  wakeUp(): void {
    this.#wakeUp?.();
  }
}
