/** A gate that nobody releases ends the answer after this long, so that a forgotten one cannot hold a test run for ever. */
const GATE_LIMIT_MS = 120_000;

/** Named gates at which streams wait. A release without a waiting stream is kept for the next one. */
export class Gates {
  #waiting = new Map<string, (() => void)[]>();
  #released = new Map<string, number>();

  waiting(name: string): number {
    return this.#waiting.get(name)?.length ?? 0;
  }

  release(name: string): void {
    const next = this.#waiting.get(name)?.shift();
    if (next) next();
    else this.#released.set(name, (this.#released.get(name) ?? 0) + 1);
  }

  wait(name: string, signal: AbortSignal): Promise<void> {
    const kept = this.#released.get(name) ?? 0;
    if (kept > 0) {
      this.#released.set(name, kept - 1);
      return Promise.resolve();
    }
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const queue = this.#waiting.get(name) ?? [];
    this.#waiting.set(name, [...queue, resolve]);
    const leave = () => {
      this.#waiting.set(name, this.#waiting.get(name)?.filter((waiting) => waiting !== resolve) ?? []);
      reject(new DOMException(`nobody released the gate ${name}`, 'AbortError'));
    };
    const timer = setTimeout(leave, GATE_LIMIT_MS);
    signal.addEventListener('abort', leave, { once: true });
    return promise.finally(() => {
      clearTimeout(timer);
      signal.removeEventListener('abort', leave);
    });
  }

  closeAll(): void {
    for (const queue of this.#waiting.values()) for (const go of queue) go();
    this.#waiting.clear();
  }
}
