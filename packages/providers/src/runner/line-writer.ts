/** Above this many queued characters `write` waits. */
export const HIGH_WATER_CHARS = 1024 * 1024;
/** At this many the queue refuses: someone does not wait for `write`, and the process must not grow without end. */
export const MAX_QUEUED_CHARS = 256 * 1024 * 1024;
const BATCH_CHARS = 256 * 1024;

/** Writes bytes, all of them, and resolves when they have left. */
export type ByteSink = (bytes: Uint8Array) => Promise<void>;

/**
 * Lines in, bytes out, in order, one write at a time: what gathers while a write is under way goes out with the next one. A reader that stops
 * reading makes `write` wait.
 */
export class LineWriter {
  #queue: string[] = [];
  #chars = 0;
  #draining: Promise<void> | null = null;
  #waiting: (() => void)[] = [];
  #failure: unknown = null;

  constructor(
    private readonly sink: ByteSink,
    private readonly onFailure: (error: unknown) => void,
    private readonly maxChars: number = MAX_QUEUED_CHARS,
  ) {}

  /** Queues a line. Resolves when there is room for the next one; throws when the queue is full or the other side is gone. */
  write(line: string): Promise<void> {
    if (this.#failure) return Promise.resolve(); // the other side is gone and so will we be; onFailure has been told
    if (this.#chars + line.length > this.maxChars) {
      throw new Error(`more than ${this.maxChars} characters wait to be read by the machine`);
    }
    this.#queue.push(line);
    this.#chars += line.length + 1;
    this.#draining ??= this.#drain();
    if (this.#chars <= HIGH_WATER_CHARS) return Promise.resolve();
    return new Promise((resolve) => void this.#waiting.push(resolve));
  }

  /** Resolves when all that was written so far has left. */
  async flushed(): Promise<void> {
    while (this.#draining) await this.#draining;
  }

  async #drain(): Promise<void> {
    // Lines of the same tick leave together.
    await Promise.resolve();
    try {
      while (this.#queue.length > 0) {
        const batch = this.#takeBatch();
        await this.sink(new TextEncoder().encode(batch));
        this.#chars -= batch.length;
        if (this.#chars <= HIGH_WATER_CHARS) this.#release();
      }
    } catch (error) {
      this.#failure = error;
      this.#queue = [];
      this.#chars = 0;
      this.onFailure(error);
    } finally {
      this.#draining = null;
      if (this.#queue.length === 0) this.#release();
    }
  }

  #takeBatch(): string {
    let count = 0;
    for (let chars = 0; count < this.#queue.length && (count === 0 || chars < BATCH_CHARS); count++) {
      chars += this.#queue[count]?.length ?? 0;
    }
    return `${this.#queue.splice(0, count).join('\n')}\n`;
  }

  #release(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}
