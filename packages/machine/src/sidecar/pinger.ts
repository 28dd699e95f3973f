import type { SessionId } from '@agor/protocol';
import type { Clock, Logger, Timer } from '@agor/runtime';
import { MISSED_PINGS, PING_MS } from './limits.ts';

export interface PingerDeps {
  readonly clock: Clock;
  readonly log: Logger;
  readonly sessionId: SessionId;
  /** We do not read this runner now, so its silence is ours. */
  readonly waits: () => boolean;
  readonly ping: () => void;
}

/** Asks a silent runner whether it still reads. What silence means is decided elsewhere; here it only gets into the log. */
export class Pinger implements Disposable {
  readonly #timer: Timer;
  #heard = true;
  #missed = 0;

  constructor(private readonly deps: PingerDeps) {
    this.#timer = deps.clock.setInterval(() => this.#tick(), PING_MS);
  }

  /** The runner said something. */
  heard(): void {
    this.#heard = true;
  }

  [Symbol.dispose](): void {
    this.#timer.cancel();
  }

  #tick(): void {
    if (this.#heard || this.deps.waits()) {
      this.#heard = false;
      this.#missed = 0;
      return;
    }
    this.#missed++;
    // The first silence is only asked about; each later one left a ping unanswered.
    if (this.#missed === MISSED_PINGS + 1)
      this.deps.log.warn('a runner does not answer', { sessionId: this.deps.sessionId, pings: MISSED_PINGS });
    this.deps.ping();
  }
}
