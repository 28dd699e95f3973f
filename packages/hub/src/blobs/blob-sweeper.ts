import type { Clock, Logger, Timer } from '@agor/runtime';
import type { HubDatabase } from '../database/index.ts';
import type { EventLog } from '../log/index.ts';
import { type SweepOptions, sweepBlobs } from './sweep-blobs.ts';

/** A start has other things to do first. */
const FIRST_MS = 60_000;
const EVERY_MS = 24 * 3_600_000;
/** When the time is not right. */
const LATER_MS = 10 * 60_000;

export interface BlobSweeperOptions {
  readonly db: HubDatabase;
  readonly log: EventLog;
  readonly blobsDir: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** The machine is connected, and all that it had to tell when it connected is in the log. */
  readonly machineHasTold: () => boolean;
  readonly sweep?: typeof sweepBlobs;
}

/** Collects blobs that no event names: a minute after the start, then daily. */
export class BlobSweeper implements Disposable {
  readonly #closing = new AbortController();
  #timer: Timer;
  #from = 0;

  constructor(private readonly options: BlobSweeperOptions) {
    this.#timer = options.clock.setTimeout(() => void this.#sweep(), FIRST_MS);
  }

  [Symbol.dispose](): void {
    this.#timer.cancel();
    this.#closing.abort();
  }

  async #sweep(): Promise<void> {
    const { logger, sweep = sweepBlobs, clock } = this.options;
    const isSafe = () => this.#isSafe();
    let wait = LATER_MS;
    if (isSafe()) {
      try {
        const options: SweepOptions = { ...this.options, signal: this.#closing.signal, isSafe, from: this.#from };
        const { deleted, bytes, next } = await sweep(options);
        this.#from = next;
        wait = EVERY_MS;
        if (deleted > 0) logger.info('blobs that no event names were deleted', { deleted, bytes });
      } catch (error) {
        logger.warn('blobs could not be collected', { error });
      }
    }
    if (!this.#closing.signal.aborted) this.#timer = clock.setTimeout(() => void this.#sweep(), wait);
  }

  /** A machine that is away, or whose journal is full, holds events back that name blobs of any age. */
  #isSafe(): boolean {
    const { log, machineHasTold } = this.options;
    return machineHasTold() && !log.openSessions().some((id) => log.requireState(id).pausedReason !== null);
  }
}
