/** Between two drawings, in ms. */
const LEAST_MS = 250;
/** So many times what the last one took. */
const REST = 10;

/** Time as a window has it; tests give their own. */
export interface PaceTime {
  now(): number;
  after(ms: number, then: () => void): () => void;
}

const windowTime: PaceTime = {
  now: () => performance.now(),
  after(ms, then) {
    const timer = setTimeout(then, ms);
    return () => clearTimeout(timer);
  },
};

/**
 * Draws the newest of what comes more often than it can be looked at, so that drawing never takes more than a tenth of the window's time, whatever
 * it costs. What comes between is left out, what came last is always drawn.
 */
export class Paced<T> implements Disposable {
  #next: { readonly value: T } | null = null;
  #cancel: (() => void) | null = null;
  #over = false;

  constructor(
    /** Must have drawn when it returns. */
    private readonly draw: (value: T) => void,
    private readonly time: PaceTime = windowTime,
  ) {}

  take(value: T): void {
    this.#next = { value };
    if (this.#cancel === null) this.#drawNext();
  }

  [Symbol.dispose](): void {
    this.#over = true;
    this.#cancel?.();
  }

  #drawNext(): void {
    this.#cancel = null;
    const next = this.#next;
    if (this.#over || next === null) return;
    this.#next = null;
    const began = this.time.now();
    this.draw(next.value);
    const rest = Math.max(LEAST_MS, (this.time.now() - began) * REST);
    this.#cancel = this.time.after(rest, () => this.#drawNext());
  }
}
