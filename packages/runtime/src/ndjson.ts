/** A line that exceeded the bound: how long it was and how it began, to say whose it was. */
export interface TooLongLine {
  readonly tooLong: true;
  readonly bytes: number;
  /** The first 4 KiB, as text. */
  readonly head: string;
}

export type Line = string | TooLongLine;

const DEFAULT_MAX_BYTES = 8 * 1024 * 1024;
const HEAD_BYTES = 4_096;
const SMALL_BUFFER = 65_536;
const NEWLINE = 10;

/**
 * Cuts a byte stream into lines at '\n', however the chunks fall. Holds at most `maxBytes` of an unfinished line; a longer one is reported once,
 * when its end arrives, and the rest goes on undisturbed. Bytes that are no UTF-8 become U+FFFD.
 *
 * Lines are cut as bytes and decoded whole: no UTF-8 sequence contains a newline byte, so none is ever split.
 */
export class LineSplitter {
  readonly #maxBytes: number;
  readonly #headBytes: number;
  // ignoreBOM: else a line's leading U+FEFF would vanish or stay depending on where the chunks fall.
  readonly #decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  #held = new Uint8Array(SMALL_BUFFER);
  #heldBytes = 0;
  /** Bytes of the over-long line that were let go so far, beyond its head in `#held`. */
  #skipped = 0;

  constructor(maxBytes: number = DEFAULT_MAX_BYTES) {
    this.#maxBytes = maxBytes;
    this.#headBytes = Math.min(HEAD_BYTES, maxBytes);
  }

  /** The lines that this chunk completes, without their newline. Empty lines are empty strings. */
  push(chunk: Uint8Array): Line[] {
    const last = chunk.lastIndexOf(NEWLINE);
    if (last < 0) {
      this.#hold(chunk);
      return [];
    }
    const lines: Line[] = [];
    let start = 0;
    if (this.#heldBytes > 0) {
      start = chunk.indexOf(NEWLINE) + 1;
      this.#hold(chunk.subarray(0, start - 1));
      lines.push(this.#takeHeld());
    }
    if (start <= last) this.#cut(chunk.subarray(start, last), lines);
    this.#hold(chunk.subarray(last + 1));
    return lines;
  }

  /** At the stream's end: the last line, if it had no newline. */
  end(): Line | null {
    return this.#heldBytes > 0 ? this.#takeHeld() : null;
  }

  /** `block` holds whole lines, the last one without its newline. */
  #cut(block: Uint8Array, lines: Line[]): void {
    if (block.byteLength > this.#maxBytes) {
      for (let start = 0; start <= block.byteLength; ) {
        const found = block.indexOf(NEWLINE, start);
        const end = found < 0 ? block.byteLength : found;
        lines.push(this.#toLine(block.subarray(start, end), end - start));
        start = end + 1;
      }
      return;
    }
    const text = this.#decoder.decode(block);
    let start = 0;
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
      lines.push(text.slice(start, end));
      start = end + 1;
    }
    lines.push(text.slice(start));
  }

  #hold(part: Uint8Array): void {
    const total = this.#heldBytes + part.byteLength;
    if (this.#skipped > 0 || total > this.#maxBytes) {
      const head = this.#headBytes;
      const missing = Math.max(0, head - this.#heldBytes);
      this.#append(part.subarray(0, missing));
      this.#skipped += total - Math.min(total, head);
      this.#heldBytes = Math.min(this.#heldBytes, head);
      if (this.#held.byteLength > SMALL_BUFFER) this.#held = this.#held.slice(0, SMALL_BUFFER);
      return;
    }
    this.#append(part);
  }

  #append(part: Uint8Array): void {
    const total = this.#heldBytes + part.byteLength;
    if (total > this.#held.byteLength) {
      const grown = new Uint8Array(Math.max(total, Math.min(this.#held.byteLength * 2, this.#maxBytes)));
      grown.set(this.#held.subarray(0, this.#heldBytes));
      this.#held = grown;
    }
    this.#held.set(part, this.#heldBytes);
    this.#heldBytes = total;
  }

  #takeHeld(): Line {
    const line = this.#toLine(this.#held.subarray(0, this.#heldBytes), this.#heldBytes + this.#skipped);
    if (this.#held.byteLength > SMALL_BUFFER) this.#held = new Uint8Array(SMALL_BUFFER);
    this.#heldBytes = 0;
    this.#skipped = 0;
    return line;
  }

  #toLine(kept: Uint8Array, bytes: number): Line {
    if (bytes <= this.#maxBytes) return this.#decoder.decode(kept);
    return { tooLong: true, bytes, head: this.#decoder.decode(kept.subarray(0, this.#headBytes)) };
  }
}
