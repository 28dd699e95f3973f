import { MAX_UNREAD_INPUT_BYTES } from './limits.ts';

/** Input on its way to the program, in order: the next goes when the terminal has taken the last. */
export class InputQueue {
  #waiting: Uint8Array[] = [];
  #bytes = 0;
  #inFlight = 0;

  /** @param write whatever it takes is followed by a call of `drained` */
  constructor(private readonly write: (bytes: Uint8Array) => void) {}

  /** False when there is no room. */
  push(bytes: Uint8Array): boolean {
    if (bytes.byteLength === 0) return true;
    if (this.#bytes + this.#inFlight + bytes.byteLength > MAX_UNREAD_INPUT_BYTES) return false;
    this.#waiting.push(bytes);
    this.#bytes += bytes.byteLength;
    this.#next();
    return true;
  }

  drained(): void {
    this.#inFlight = 0;
    this.#next();
  }

  clear(): void {
    this.#waiting = [];
    this.#bytes = 0;
  }

  #next(): void {
    if (this.#inFlight > 0 || this.#bytes === 0) return;
    const [only, ...more] = this.#waiting;
    const bytes = only && more.length === 0 ? only : Buffer.concat(this.#waiting);
    this.#inFlight = this.#bytes;
    this.clear();
    this.write(bytes);
  }
}
