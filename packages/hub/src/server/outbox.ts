/** What an outbox needs of a socket. */
export interface Sink {
  send(message: string | ArrayBufferLike | Uint8Array): number;
  getBufferedAmount(): number;
}

/** With more unsent than this, whoever sends waits. */
export const HIGH_WATER_BYTES = 1024 * 1024;

/**
 * Sends to a client as fast as it reads: a sender waits while more than 1 MiB is unsent. Streams are pulled by their sender, so a client
 * that stalls stops them at their source, and nothing piles up. Those who wait go on one by one, in order.
 */
export class Outbox {
  #waiting: (() => void)[] = [];
  #closed = false;

  constructor(private readonly sink: Sink) {}

  /** Resolves when the message was handed to the socket. After the close it resolves as well: nobody is there to read. */
  async send(message: string | ArrayBufferLike | Uint8Array): Promise<void> {
    while (!this.#closed && this.#isFull()) await new Promise<void>((go) => this.#waiting.push(go));
    if (!this.#closed) this.sink.send(message);
    this.#next();
  }

  /** The socket has room again. */
  drained(): void {
    this.#next();
  }

  close(): void {
    this.#closed = true;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const go of waiting) go();
  }

  #isFull(): boolean {
    return this.sink.getBufferedAmount() > HIGH_WATER_BYTES;
  }

  /** Wakes one: it sends, then wakes the next, if there is still room. */
  #next(): void {
    if (this.#waiting.length > 0 && !this.#isFull()) this.#waiting.shift()?.();
  }
}
