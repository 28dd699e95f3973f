/** Lets one reader sleep until there is something to read, or until its stream is aborted. */
export class Doorbell {
  #ring: (() => void) | null = null;

  /** Resolves at the next `ring`, or when `signal` aborts. */
  wait(signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        this.#ring = null;
        signal?.removeEventListener('abort', done);
        resolve();
      };
      this.#ring = done;
      signal?.addEventListener('abort', done, { once: true });
    });
  }

  ring(): void {
    this.#ring?.();
  }
}
