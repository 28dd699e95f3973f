import { MAX_SIDECAR_LINE_BYTES } from '@agor/protocol';
import { LineSplitter } from '@agor/runtime';
import type { LineWriter } from './line-writer.ts';

/** Reads a runner's stdout to its end, no faster than its lines can be kept: the pipe fills and the agent waits. */
export class RunnerOutput {
  /** Resolves at the end of stdout, or when reading was given up. Never rejects. */
  readonly done: Promise<void>;
  /** Read so far. */
  bytes = 0;
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  #cancelled = false;
  #wake: (() => void) | null = null;

  /** @param room what to wait for before reading on; null when there is room */
  constructor(
    stdout: ReadableStream<Uint8Array>,
    private readonly writer: LineWriter,
    private readonly room: () => Promise<void> | null,
  ) {
    this.#reader = stdout.getReader() as ReadableStreamDefaultReader<Uint8Array>;
    this.done = this.#run();
  }

  cancel(): void {
    this.#cancelled = true;
    this.#wake?.();
    // Makes a pending read end. What is cancelled is a pipe whose writers are gone or were given up.
    void this.#reader.cancel().catch(() => undefined);
  }

  async #run(): Promise<void> {
    const splitter = new LineSplitter(MAX_SIDECAR_LINE_BYTES);
    while (!this.#cancelled) {
      const chunk = await this.#read();
      if (chunk === null) break;
      this.bytes += chunk.byteLength;
      for (const line of splitter.push(chunk)) {
        const pending = this.writer.take(line);
        if (pending) await this.#unlessCancelled(pending);
      }
      const room = this.room();
      if (room) await this.#unlessCancelled(room);
    }
    const last = splitter.end();
    if (last !== null && !this.#cancelled) await this.writer.take(last);
    this.writer.end();
  }

  /** Not a race with one long-lived promise: that would keep something of every wait. */
  #unlessCancelled(wait: Promise<void>): Promise<void> {
    if (this.#cancelled) return Promise.resolve();
    return new Promise((resolve) => {
      this.#wake = resolve;
      void wait.then(resolve);
    });
  }

  async #read(): Promise<Uint8Array | null> {
    try {
      const { done, value } = await this.#reader.read();
      return done ? null : value;
    } catch {
      return null; // a broken pipe is an ended one
    }
  }
}
