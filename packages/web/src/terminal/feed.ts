import type { PtyScreen, PtySize } from '@agor/protocol';
import type { Writer, WriteTurns } from './write-turns.ts';

/** What draws. Both act in the order in which they are called. */
export interface Sink {
  /** @param drawn is called when the bytes are on the screen */
  write(bytes: Uint8Array, drawn: () => void): void;
  resize(size: PtySize): void;
}

export interface FeedEvents {
  /** Output bytes drawn since the last screen, in all: for the flow control of the pty host. */
  read(bytes: number): void;
  /** The size that the terminal has from here on. */
  sized(size: PtySize): void;
}

/** Most that is handed to the emulator at once: some milliseconds of parsing. */
export const WRITE_BYTES = 32 * 1024;
/** Drawn bytes are told at least this often; the pty host cuts who is 256 kB behind. */
const READ_EVERY_BYTES = 32 * 1024;

type Step = { bytes: Uint8Array; output: boolean } | { size: PtySize };

/**
 * What a terminal has yet to draw, in order. Bounded by the pty host, which sends no more than 256 kB of output beyond what was read, and by
 * one screen: a new one makes everything before it void. While paused (nobody sees it) nothing is drawn and nothing told as read.
 */
export class Feed implements Writer, Disposable {
  isFocused = false;
  #steps: Step[] = [];
  #paused = false;
  #closed = false;
  #drawn = 0;
  #told = 0;
  /** A write to the emulator that it has not finished. */
  #writing = false;
  /** Counts the screens: what was drawn of an older one is not told any more. */
  #screens = 0;

  constructor(
    private readonly sink: Sink,
    private readonly turns: WriteTurns,
    private readonly on: FeedEvents,
  ) {}

  screen({ size, data }: PtyScreen): void {
    this.#screens += 1;
    this.#drawn = 0;
    this.#told = 0;
    this.#steps = [{ size }, { bytes: new TextEncoder().encode(drawnAtOnce(data)), output: false }];
    this.#ask();
  }

  output(bytes: Uint8Array): void {
    if (bytes.byteLength === 0) return;
    this.#steps.push({ bytes, output: true });
    this.#ask();
  }

  /** The terminal has this size for all output that follows. */
  resize(size: PtySize): void {
    this.#steps.push({ size });
    this.#ask();
  }

  set paused(paused: boolean) {
    this.#paused = paused;
    if (paused) this.turns.leave(this);
    else this.#ask();
  }

  writeOne(): boolean {
    if (!this.#canWrite()) return false;
    const step = this.#steps.shift();
    if (!step) return false;
    if ('size' in step) {
      this.sink.resize(step.size);
      this.on.sized(step.size);
      this.#tellIfDue();
    } else {
      this.#write(step.bytes, step.output);
    }
    return this.#steps.length > 0 && this.#canWrite();
  }

  [Symbol.dispose](): void {
    this.#closed = true;
    this.#steps = [];
    this.turns.leave(this);
  }

  #canWrite(): boolean {
    return !this.#paused && !this.#writing && !this.#closed;
  }

  #ask(): void {
    if (this.#canWrite() && this.#steps.length > 0) this.turns.ask(this);
  }

  #write(bytes: Uint8Array, output: boolean): void {
    const piece = bytes.subarray(0, WRITE_BYTES);
    if (piece.byteLength < bytes.byteLength) this.#steps.unshift({ bytes: bytes.subarray(WRITE_BYTES), output });
    const screen = this.#screens;
    this.#writing = true;
    this.sink.write(piece, () => {
      this.#writing = false;
      if (this.#closed) return;
      if (output && screen === this.#screens) this.#drawn += piece.byteLength;
      this.#tellIfDue();
      this.#ask();
    });
  }

  /** All of it when nothing is left: a window that was left behind gets its fresh screen only when it has read everything. */
  #tellIfDue(): void {
    const untold = this.#drawn - this.#told;
    if (untold === 0 || (untold < READ_EVERY_BYTES && this.#steps.length > 0)) return;
    this.#told = this.#drawn;
    this.on.read(this.#drawn);
  }
}

/**
 * A screen takes some frames to draw; until it is whole the old picture stands still (synchronized output). Without this a reattached or
 * flooded terminal flickers through its scrollback. It begins with a reset, which would end the synchronization.
 */
function drawnAtOnce(data: string): string {
  const reset = data.startsWith('\x1bc') ? data : `\x1bc${data}`;
  return `\x1bc\x1b[?2026h${reset.slice(2)}\x1b[?2026l`;
}
