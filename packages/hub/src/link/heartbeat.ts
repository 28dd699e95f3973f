import type { Clock, Timer } from '@agor/runtime';

/** A machine that said nothing for this long is asked whether it is there. In ms. */
const QUIET_MS = 5_000;
/** How long it may take to answer. In ms. */
const ANSWER_MS = 10_000;

export interface HeartbeatOptions {
  readonly clock: Clock;
  /** Asks the machine anything; settles, either way, when it answers or within `timeoutMs`. */
  readonly ask: (timeoutMs: number) => Promise<unknown>;
  /** The machine does not answer. Called once. */
  readonly silent: (reason: string) => void;
}

/**
 * Notices a machine that stands still (stopped by a signal, or hung): its socket stays open, so that nothing else would tell. Whatever
 * arrives counts as a sign of life, so a machine that works is never asked.
 */
export class Heartbeat implements Disposable {
  #heardAt: number;
  #asking = false;
  #ended = false;
  readonly #timer: Timer;

  constructor(private readonly options: HeartbeatOptions) {
    this.#heardAt = options.clock.monotonic();
    this.#timer = options.clock.setInterval(() => void this.#look(), QUIET_MS);
  }

  /** Something came from the machine. */
  heard(): void {
    this.#heardAt = this.options.clock.monotonic();
  }

  [Symbol.dispose](): void {
    this.#ended = true;
    this.#timer.cancel();
  }

  async #look(): Promise<void> {
    const { clock, ask, silent } = this.options;
    const askedAt = clock.monotonic();
    if (this.#asking || askedAt - this.#heardAt < QUIET_MS) return;
    this.#asking = true;
    let answered = true;
    try {
      await ask(ANSWER_MS);
    } catch {
      // A refusal is an answer as well, and was heard; that nothing came is told by `heard` alone.
      answered = this.#heardAt >= askedAt;
    }
    this.#asking = false;
    // Much later than agreed: this hub stood still itself, and the answer may lie unread. It is asked again.
    const late = clock.monotonic() - askedAt > ANSWER_MS + QUIET_MS;
    if (answered || late || this.#ended) return;
    this[Symbol.dispose]();
    silent(`the machine does not answer (it said nothing for ${ANSWER_MS / 1000} s)`);
  }
}
