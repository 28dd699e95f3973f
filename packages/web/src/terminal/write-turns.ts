import { FrameBatch } from '../state/frames.ts';

/** One that has output to draw. */
export interface Writer {
  /** The person types here: it comes first. */
  readonly isFocused: boolean;
  /** Draws one piece. False when nothing (more) can be drawn now; it asks again when something can. */
  writeOne(): boolean;
}

/** Pieces in one animation frame for the focused terminal, and for all others together. A piece has 32 kB at most. */
const FOCUSED_WRITES = 2;
const OTHER_WRITES = 2;

/**
 * Shares the page's time between the terminals: a flood in one must not make typing in another slow. The focused one may draw at once, so that
 * an echo need not wait for a frame; the others draw in the frame, in turn.
 */
export class WriteTurns {
  readonly #waiting = new Set<Writer>();
  /** When each had its turn last, counted in turns: who waits longest comes first. */
  readonly #turns = new WeakMap<Writer, number>();
  #turn = 0;
  #focusedLeft = FOCUSED_WRITES;
  readonly #frame: Pick<FrameBatch, 'schedule'>;

  constructor(makeFrame: (work: () => void) => Pick<FrameBatch, 'schedule'> = (work) => new FrameBatch(work)) {
    this.#frame = makeFrame(() => this.#work());
  }

  ask(writer: Writer): void {
    this.#waiting.add(writer);
    if (writer.isFocused && this.#focusedLeft > 0) this.#write(writer, true);
    this.#frame.schedule();
  }

  leave(writer: Writer): void {
    this.#waiting.delete(writer);
  }

  #work(): void {
    this.#focusedLeft = FOCUSED_WRITES;
    const focused = [...this.#waiting].find((writer) => writer.isFocused);
    while (focused && this.#focusedLeft > 0 && this.#waiting.has(focused)) this.#write(focused, true);
    for (let left = OTHER_WRITES; left > 0; left -= 1) {
      const next = this.#longestWaiting();
      if (!next) break;
      this.#write(next, false);
    }
    const wasBusy = this.#focusedLeft < FOCUSED_WRITES;
    if (this.#waiting.size > 0 || wasBusy) this.#frame.schedule();
  }

  #longestWaiting(): Writer | undefined {
    const turnOf = (writer: Writer) => this.#turns.get(writer) ?? 0;
    const others = [...this.#waiting].filter((writer) => !writer.isFocused);
    return others.sort((a, b) => turnOf(a) - turnOf(b))[0];
  }

  #write(writer: Writer, asFocused: boolean): void {
    this.#turn += 1;
    this.#turns.set(writer, this.#turn);
    if (asFocused) this.#focusedLeft -= 1;
    this.#waiting.delete(writer);
    if (writer.writeOne()) this.#waiting.add(writer);
  }
}

/** Those of this window. */
export const windowTurns = new WriteTurns();
