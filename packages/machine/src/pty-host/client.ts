import { PTY_CLIENT_LAG_BYTES, type PtyExit, type PtyInfo, PtyOp, type PtyScreen } from '@agor/protocol';
import type { Clock, Timer } from '@agor/runtime';
import { frame, jsonFrame } from './frames.ts';
import { COALESCE_BYTES, COALESCE_MS } from './limits.ts';

/** The connection of a client, as far as this needs it. */
export interface ClientSocket {
  send(bytes: Uint8Array<ArrayBuffer>): void;
  /** Bytes that the other side has not taken yet. */
  buffered(): number;
  close(code: number, reason: string): void;
}

/**
 * One window on one terminal. It gets a screen, then the output that follows it. One that does not read is cut to "behind": it gets no more
 * output, so nothing piles up for it, and a fresh screen as soon as it has read all that it was given.
 */
export class PtyClient {
  #sent = 0;
  #read = 0;
  /** True from the start: the first thing that it gets is a screen. */
  #behind = true;
  #batch: Uint8Array[] = [];
  #batchBytes = 0;
  #window: Timer | null = null;

  constructor(
    private readonly socket: ClientSocket,
    private readonly clock: Clock,
  ) {}

  /** It waits for a screen, and has read everything else. */
  get wantsScreen(): boolean {
    return this.#behind && this.#read >= this.#sent && this.socket.buffered() === 0;
  }

  /** Everything before it is void. */
  screen(screen: PtyScreen, unfinished: Uint8Array): void {
    this.#behind = false;
    this.#sent = 0;
    this.#read = 0;
    this.socket.send(jsonFrame(PtyOp.screen, screen));
    if (unfinished.byteLength > 0) this.#send([unfinished], unfinished.byteLength);
  }

  /** The first output goes out at once; what follows within COALESCE_MS goes together. */
  output(bytes: Uint8Array): void {
    if (this.#behind) return;
    this.#batch.push(bytes);
    this.#batchBytes += bytes.byteLength;
    const lag = this.#sent - this.#read + this.#batchBytes + this.socket.buffered();
    if (lag > PTY_CLIENT_LAG_BYTES) this.#cut();
    else if (this.#window === null || this.#batchBytes >= COALESCE_BYTES) this.#flush();
  }

  /** In its place between the output. */
  info(info: PtyInfo): void {
    this.#flush();
    this.socket.send(jsonFrame(PtyOp.info, info));
  }

  exit(exit: PtyExit): void {
    this.#flush();
    this.socket.send(jsonFrame(PtyOp.exit, exit));
  }

  /** @param bytes that it has drawn since its last screen, in all */
  hasRead(bytes: number): void {
    this.#read = Math.max(this.#read, Math.min(bytes, this.#sent));
  }

  close(code: number, reason: string): void {
    this.dispose();
    this.socket.close(code, reason);
  }

  dispose(): void {
    this.#window?.cancel();
    this.#window = null;
    this.#behind = true;
    this.#drop();
  }

  #cut(): void {
    this.#behind = true;
    this.#drop();
  }

  #drop(): void {
    this.#batch = [];
    this.#batchBytes = 0;
  }

  #flush(): void {
    this.#window?.cancel();
    this.#window = null;
    if (this.#batchBytes === 0) return;
    this.#send(this.#batch, this.#batchBytes);
    this.#drop();
    this.#window = this.clock.setTimeout(() => this.#flush(), COALESCE_MS);
  }

  #send(chunks: readonly Uint8Array[], bytes: number): void {
    this.#sent += bytes;
    this.socket.send(frame(PtyOp.output, chunks));
  }
}
