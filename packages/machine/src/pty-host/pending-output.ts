import type { PtySize } from '@agor/protocol';

export type Step = { readonly bytes: Uint8Array } | { readonly size: PtySize };

/** Output and changes of size that the twin has not drawn yet, in their order. Bounded by flow control, see `Pty`. */
export class PendingOutput {
  #steps: Step[] = [];
  #bytes = 0;

  /** Output bytes that wait. */
  get bytes(): number {
    return this.#bytes;
  }

  get length(): number {
    return this.#steps.length;
  }

  get isEmpty(): boolean {
    return this.#steps.length === 0;
  }

  push(step: Step): void {
    this.#steps.push(step);
    if ('bytes' in step) this.#bytes += step.bytes.byteLength;
  }

  /** The next step, with no more than `maxBytes` of output. */
  take(maxBytes: number): Step | null {
    const first = this.#steps[0];
    if (!first) return null;
    if (!('bytes' in first) || first.bytes.byteLength <= maxBytes) {
      this.#steps.shift();
      if ('bytes' in first) this.#bytes -= first.bytes.byteLength;
      return first;
    }
    this.#steps[0] = { bytes: first.bytes.subarray(maxBytes) };
    this.#bytes -= maxBytes;
    return { bytes: first.bytes.subarray(0, maxBytes) };
  }

  clear(): void {
    this.#steps = [];
    this.#bytes = 0;
  }
}
