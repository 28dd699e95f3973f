/** A queue that one reader drains as an async iterator. Unbounded: only tests feed it. */
export class Channel<T> {
  readonly #waiting: T[] = [];
  #wake: () => void = () => {};
  #failure: Error | null = null;

  push(item: T): void {
    this.#waiting.push(item);
    this.#wake();
  }

  /** Ends the stream as a lost connection does. */
  fail(error: Error): void {
    this.#failure = error;
    this.#wake();
  }

  async *read(signal?: AbortSignal): AsyncGenerator<T> {
    signal?.addEventListener('abort', () => this.#wake());
    while (!signal?.aborted) {
      const item = this.#waiting.shift();
      if (item !== undefined) yield item;
      else if (this.#failure) throw this.#failure;
      else {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    }
  }
}
