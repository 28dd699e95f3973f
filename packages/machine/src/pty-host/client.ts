import { PTY_CLIENT_LAG_BYTES, type PtyExit, type PtyInfo, PtyOp, type PtyScreen } from '@agor/protocol';
import type { Clock, Timer } from '@agor/runtime';
import { frame, jsonFrame } from './frames.ts';
import { COALESCE_BYTES, COALESCE_MS, QUICK_BYTES, QUICK_FRAMES, SCREEN_MS } from './limits.ts';

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
  #quickFrames = 0;
  #screenAt = Number.NEGATIVE_INFINITY;
  #screenTimer: Timer | null = null;

  /** @param onWantsScreen it was too early for a fresh screen, and is not any more */
  constructor(
    private readonly socket: ClientSocket,
    private readonly clock: Clock,
    private readonly onWantsScreen: () => void,
  ) {}

  /** It waits for a screen, has read everything else, and had its last one long enough ago. */
  get wantsScreen(): boolean {
    if (!this.#behind || this.#read < this.#sent || this.socket.buffered() > 0) return false;
    const early = this.#screenAt + SCREEN_MS - this.clock.monotonic();
    if (early <= 0) return true;
    this.#screenTimer ??= this.clock.setTimeout(() => {
      this.#screenTimer = null;
      this.onWantsScreen();
    }, early);
    return false;
  }

  /** Everything before it is void. */
  screen(screen: PtyScreen, unfinished: Uint8Array): void {
    this.#behind = false;
    this.#sent = 0;
    this.#read = 0;
    this.#screenAt = this.clock.monotonic();
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
    else if (this.#window === null || this.#batchBytes >= COALESCE_BYTES || this.#isQuick()) this.#flush();
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
    this.#screenTimer?.cancel();
    this.#screenTimer = null;
    this.#behind = true;
    this.#drop();
  }

  #isQuick(): boolean {
    return this.#batchBytes <= QUICK_BYTES && ++this.#quickFrames <= QUICK_FRAMES;
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
    if (this.#batchBytes === 0) return;
    this.#send(this.#batch, this.#batchBytes);
    this.#drop();
    this.#window ??= this.clock.setTimeout(() => {
      this.#window = null;
      this.#quickFrames = 0;
      this.#flush();
    }, COALESCE_MS);
  }

  #send(chunks: readonly Uint8Array[], bytes: number): void {
    this.#sent += bytes;
    this.socket.send(frame(PtyOp.output, chunks));
  }
}
