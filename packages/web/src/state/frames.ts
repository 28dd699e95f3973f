/** A hidden page gets no animation frames; its work is done by then all the same. */
const HIDDEN_MS = 250;

/** Runs `work` once in the next animation frame, however often it is asked for until then. */
export class FrameBatch implements Disposable {
  #frame: number | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly work: () => void) {}

  schedule(): void {
    if (this.#timer !== undefined) return;
    this.#frame = requestAnimationFrame(() => this.flush());
    this.#timer = setTimeout(() => this.flush(), HIDDEN_MS);
  }

  /** Does what is due now. */
  flush(): void {
    if (this.#timer === undefined) return;
    this[Symbol.dispose]();
    this.work();
  }

  [Symbol.dispose](): void {
    if (this.#frame !== undefined) cancelAnimationFrame(this.#frame);
    clearTimeout(this.#timer);
    this.#frame = undefined;
    this.#timer = undefined;
  }
}
