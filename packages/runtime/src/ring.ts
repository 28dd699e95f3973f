/** Keeps the last `maxBytes` of a stream, such as a runner's stderr, for the message that tells why it died. */
export class TailRing {
  readonly #bytes: Uint8Array;
  #next = 0;
  #total = 0;

  constructor(maxBytes: number) {
    this.#bytes = new Uint8Array(maxBytes);
  }

  /** How many bytes came in all; more than the ring's size means that the beginning is gone. */
  get total(): number {
    return this.#total;
  }

  push(chunk: Uint8Array): void {
    const size = this.#bytes.byteLength;
    this.#total += chunk.byteLength;
    const kept = chunk.byteLength > size ? chunk.subarray(chunk.byteLength - size) : chunk;
    const first = Math.min(kept.byteLength, size - this.#next);
    this.#bytes.set(kept.subarray(0, first), this.#next);
    this.#bytes.set(kept.subarray(first), 0);
    this.#next = (this.#next + kept.byteLength) % size;
  }

  /** What is kept, as text. */
  text(): string {
    if (this.#total <= this.#bytes.byteLength) return new TextDecoder().decode(this.#bytes.subarray(0, this.#total));
    const ordered = new Uint8Array(this.#bytes.byteLength);
    ordered.set(this.#bytes.subarray(this.#next), 0);
    ordered.set(this.#bytes.subarray(0, this.#next), ordered.byteLength - this.#next);
    // The cut may have hit the middle of a character: its remains are no text.
    let start = 0;
    while (start < 3 && ((ordered[start] ?? 0) & 0xc0) === 0x80) start++;
    return new TextDecoder().decode(ordered.subarray(start));
  }

  /** The last `count` lines at most; the first may have lost its beginning. */
  lines(count: number): string[] {
    const lines = this.text().split('\n');
    if (lines.at(-1) === '') lines.pop();
    return lines.slice(-count);
  }
}
