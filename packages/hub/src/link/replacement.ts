import type { Clock, Logger, Timer } from '@agor/runtime';
import { isBusy, isRestarting } from '@agor/session';
import type { EventLog } from '../log/index.ts';

/** How often a machine of another build is looked at again. In ms. */
const LOOK_EVERY_MS = 5_000;

export interface ReplacementOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly log: EventLog;
  /** The machine's answer to `status`. */
  readonly status: () => Promise<unknown>;
  /** Ends the machine with all that runs on it, and waits until it is gone. */
  readonly end: () => Promise<void>;
  /** What is promised to the machine but not sent goes on its way. */
  readonly release: () => void;
}

/**
 * Replaces a machine of another build as soon as nothing runs on it. While it asks and ends, no command is sent (`holds`): what
 * comes in between goes to the next machine.
 */
export class Replacement {
  #holds = false;
  #timer: Timer | null = null;

  constructor(private readonly options: ReplacementOptions) {}

  get holds(): boolean {
    return this.#holds;
  }

  /** Looks now; true when the machine was idle and has been ended. Otherwise looks again and again until `stop`. */
  async begin(): Promise<boolean> {
    this.stop();
    if (await this.#endIfIdle()) return true;
    this.#timer = this.options.clock.setInterval(() => void this.#endIfIdle(), LOOK_EVERY_MS);
    return false;
  }

  /** Ends the machine now, whatever runs on it. Throws `Failure` when it does not end. */
  async now(): Promise<void> {
    await this.#holding(() => this.options.end());
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = null;
  }

  async #endIfIdle(): Promise<boolean> {
    if (this.#holds || this.#isBusy()) return false;
    const { status, end, logger } = this.options;
    try {
      return await this.#holding(async () => {
        if (!isIdle(await status())) return false;
        logger.info('a machine of another build with nothing running is replaced');
        await end();
        return true;
      });
    } catch (error) {
      // An older machine may not know the question, or does not end: then it is safer to keep what it might hold.
      logger.warn('the machine of another build could not be replaced', { error });
      return false;
    }
  }

  /** What the log knows: a prompt that the machine has, but has not begun with, is in no answer of the machine. */
  #isBusy(): boolean {
    const { log } = this.options;
    return log.openSessions().some((id) => {
      const state = log.requireState(id);
      return state.process !== null || isBusy(state) || isRestarting(state);
    });
  }

  async #holding<T>(work: () => Promise<T>): Promise<T> {
    this.#holds = true;
    try {
      return await work();
    } finally {
      this.#holds = false;
      this.options.release();
    }
  }
}

/** Not told = not known: an agent or a terminal is never ended unasked. */
function isIdle(status: unknown): boolean {
  const { ptys, runners } = (status ?? {}) as { ptys?: unknown; runners?: unknown };
  return ptys === 0 && Array.isArray(runners) && runners.length === 0;
}
