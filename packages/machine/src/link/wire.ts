import { type FromMachine, LINK_HIGH_WATER_BYTES, LINK_MAX_BATCH } from '@agor/protocol';

/** What `Wire` needs of a socket. */
export interface WireSocket {
  /** Bytes accepted, -1 when they were queued, 0 when they were dropped. */
  send(text: string): number;
  getBufferedAmount(): number;
  close(code?: number, reason?: string): void;
}

/**
 * Frames of one connection, batched into messages of at most LINK_MAX_BATCH. Whoever sends in bulk asks `hasRoom` first and goes on at `drain`;
 * answers to what the hub asked are few (bounded where they arise) and go at any time.
 */
export class Wire {
  #frames: string[] = [];
  #scheduled = false;
  #closed = false;

  constructor(
    private readonly socket: WireSocket,
    private readonly onDropped: () => void,
  ) {}

  /** Less than LINK_HIGH_WATER_BYTES are unsent. */
  get hasRoom(): boolean {
    return !this.#closed && this.socket.getBufferedAmount() < LINK_HIGH_WATER_BYTES;
  }

  /** Goes out with its neighbours of this turn of the event loop, in order. */
  send(frame: FromMachine): void {
    this.sendJson(JSON.stringify(frame));
  }

  /** @param json of a `FromMachine` */
  sendJson(json: string): void {
    if (this.#closed) return;
    this.#frames.push(json);
    if (this.#frames.length >= LINK_MAX_BATCH) this.flush();
    else if (!this.#scheduled) {
      this.#scheduled = true;
      queueMicrotask(() => {
        this.#scheduled = false;
        this.flush();
      });
    }
  }

  flush(): void {
    if (this.#closed || this.#frames.length === 0) return;
    const message = `[${this.#frames.join(',')}]`;
    this.#frames = [];
    if (this.socket.send(message) === 0 && message.length > 0) this.onDropped();
  }

  close(code: number, reason: string): void {
    if (this.#closed) return;
    this.flush();
    this.#closed = true;
    this.socket.close(code, reason);
  }

  /** The other side closed it. */
  gone(): void {
    this.#closed = true;
    this.#frames = [];
  }
}
