import type { JournalCursor, SessionId } from '@agor/protocol';
import { type Clock, type Database, type Logger, systemClock, type Timer } from '@agor/runtime';
import { isNoSpace } from './disk.ts';
import { readEpoch, renewEpoch } from './epoch.ts';
import { DEFAULT_LIMITS, GROUP_MS, type JournalLimits, MAX_PENDING_BYTES, RETRY_MS } from './limits.ts';
import { type EntryPage, entryJson, readPage, Tail } from './pages.ts';
import { Pauses } from './pauses.ts';
import { commitEntries, type JournalWrite, type PendingEntry, pendingEntry } from './pending.ts';
import { newestSeq, Trimmer } from './trim.ts';
import { Usage } from './usage.ts';

export interface JournalOptions {
  readonly db: Database;
  readonly log: Logger;
  readonly clock?: Clock;
  readonly limits?: JournalLimits;
}

/**
 * What happened on this machine and the hub has not yet acknowledged (architecture §5.3). An entry gets its number when it is appended and is
 * committed with its neighbours: at once when idle, every GROUP_MS under load. What cannot be written (a full disk) stays in memory, in order,
 * and is tried again; `room` then makes the readers wait, so that this stays bounded by about MAX_PENDING_BYTES and a line per runner.
 */
export class Journal implements Disposable {
  readonly #db: Database;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #limits: JournalLimits;
  #usage: Usage;
  readonly #tail = new Tail();
  #trimmer: Trimmer;
  readonly #pauses: Pauses;
  readonly #listeners = new Set<() => void>();
  readonly #beforeAppend = new Set<() => void>();
  readonly #ackListeners = new Set<() => void>();
  #epoch: string;
  #newest: number;
  #assigned: number;
  #acknowledged = 0;
  /** A hub can have nothing above this: either it was there when we opened, or we sent it since. */
  #offered: number;
  #pending: PendingEntry[] = [];
  #pendingBytes = 0;
  #timer: Timer | undefined;
  #lastCommit = Number.NEGATIVE_INFINITY;
  #failure: string | null = null;
  #waiters: { readonly seq: number; readonly resolve: () => void }[] = [];
  #closed = false;

  constructor(options: JournalOptions) {
    const { db, log, clock = systemClock, limits = DEFAULT_LIMITS } = options;
    this.#db = db;
    this.#log = log;
    this.#clock = clock;
    this.#epoch = readEpoch(db);
    this.#newest = newestSeq(db);
    this.#assigned = this.#newest;
    this.#offered = this.#newest;
    this.#limits = limits;
    this.#usage = new Usage(db, limits);
    this.#pauses = new Pauses({
      full: (sessionId, share) => this.#failure ?? this.#usage.full(sessionId, share),
      append: (write) => this.append([write]),
    });
    this.#trimmer = this.#newTrimmer();
  }

  get cursor(): JournalCursor {
    return { epoch: this.#epoch, seq: this.#newest };
  }

  /** The newest entry's number, also of those not yet committed. */
  get assigned(): number {
    return this.#assigned;
  }

  /** The hub has committed everything up to here, as far as it told since we opened. */
  get acknowledged(): JournalCursor {
    return { epoch: this.#epoch, seq: this.#acknowledged };
  }

  /** Bytes of entries that are not yet acknowledged. */
  get usedBytes(): number {
    return this.#usage.total;
  }

  /** Appends in this order, without anything in between. They are committed soon; await `committed` where that matters. */
  append(writes: readonly JournalWrite[]): void {
    if (this.#closed) {
      this.#log.warn('entries after the journal was closed', { count: writes.length });
      return;
    }
    for (const listener of this.#beforeAppend) listener();
    for (const write of writes) {
      const entry = pendingEntry(write, ++this.#assigned, this.#clock.now());
      this.#pending.push(entry);
      this.#pendingBytes += entry.bytes;
    }
    this.#schedule();
  }

  /** Resolves when everything appended so far is committed; on a full disk that takes as long as it takes. */
  committed(): Promise<void> {
    const seq = this.#assigned;
    if (seq <= this.#newest) return Promise.resolve();
    return new Promise((resolve) => this.#waiters.push({ seq, resolve }));
  }

  /**
   * Null when a runner's output may be read on; else what to wait for: the next commit, or room that acknowledgements make. In the latter
   * case the session is told `paused`, and `resumed` when it goes on.
   */
  room(sessionId: SessionId): Promise<void> | null {
    return this.#pauses.wait(sessionId) ?? (this.#pendingBytes < MAX_PENDING_BYTES ? null : this.committed());
  }

  /** Tells a session `paused` for a reason of the caller's own, who ends it with `release`. */
  hold(sessionId: SessionId, reason: string): void {
    this.#pauses.hold(sessionId, reason);
  }

  release(sessionId: SessionId): void {
    this.#pauses.release(sessionId);
  }

  isPaused(sessionId: SessionId): boolean {
    return this.#pauses.has(sessionId);
  }

  /** Committed entries after `after`. */
  read(after: number, maxEntries: number, maxBytes: number): EntryPage {
    if (after >= this.#newest) return { entries: [], last: after };
    const page = this.#tail.page(after, maxEntries, maxBytes) ?? readPage(this.#db, after, maxEntries, maxBytes);
    this.#offered = Math.max(this.#offered, page.last);
    return page;
  }

  /**
   * Where a hub that has committed up to `cursor` goes on. When it knows entries that we do not, the last moments of the journal were lost
   * (power cut): numbers would be given twice, so a new epoch begins with what was appended since.
   */
  startFrom(cursor: JournalCursor | null): number {
    if (cursor === null || cursor.epoch !== this.#epoch) return this.#beforeFirst();
    if (cursor.seq > this.#offered) {
      this.#log.warn('the hub knows entries that this journal lost; a new epoch begins', {
        hub: cursor.seq,
        here: this.#newest,
      });
      this.#renew();
      return 0;
    }
    this.acknowledge(cursor);
    return Math.max(cursor.seq, this.#beforeFirst());
  }

  /** The hub has committed everything up to here: it may go. */
  acknowledge({ epoch, seq }: JournalCursor): void {
    if (epoch !== this.#epoch || seq <= this.#acknowledged) return;
    this.#acknowledged = Math.min(seq, this.#newest);
    this.#tail.dropUpTo(this.#acknowledged);
    this.#trimmer.upTo(this.#acknowledged, this.#pauses.any || this.#failure !== null);
    for (const listener of this.#ackListeners) listener();
  }

  /** Called when the hub has committed more. */
  onAcknowledged(listener: () => void): Disposable {
    this.#ackListeners.add(listener);
    return { [Symbol.dispose]: () => this.#ackListeners.delete(listener) };
  }

  /** Called after each commit. */
  onCommit(listener: () => void): Disposable {
    this.#listeners.add(listener);
    return { [Symbol.dispose]: () => this.#listeners.delete(listener) };
  }

  /** Called before entries get their numbers: the last moment for what has to go out before them. */
  onBeforeAppend(listener: () => void): Disposable {
    this.#beforeAppend.add(listener);
    return { [Symbol.dispose]: () => this.#beforeAppend.delete(listener) };
  }

  /** Writes what is pending, if it can be written. */
  close(): void {
    if (this.#closed) return;
    if (!this.#commit() && this.#pending.length > 0)
      this.#log.error('the journal could not be written at the end; the last entries are lost', {
        count: this.#pending.length,
      });
    this.#closed = true;
    this.#timer?.cancel();
    this.#trimmer.close();
    this.#pauses.releaseAll();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #schedule(): void {
    if (this.#failure !== null) return; // the retry's timer runs
    if (this.#pendingBytes >= MAX_PENDING_BYTES) {
      this.#timer?.cancel();
      this.#timer = undefined;
      this.#commit();
      return;
    }
    if (this.#timer) return;
    const wait = GROUP_MS - (this.#clock.monotonic() - this.#lastCommit);
    if (wait > 0) {
      this.#arm(wait);
      return;
    }
    // Idle: as soon as the lines that came together are all appended.
    const id = setImmediate(() => this.#timeUp());
    const cancel = (): void => clearImmediate(id);
    this.#timer = { cancel, [Symbol.dispose]: cancel };
  }

  #arm(ms: number): void {
    this.#timer = this.#clock.setTimeout(() => this.#timeUp(), ms);
  }

  #timeUp(): void {
    this.#timer = undefined;
    if (!this.#closed) this.#commit();
  }

  #commit(): boolean {
    const batch = this.#pending;
    if (batch.length === 0) return true;
    const beganAt = this.#clock.monotonic();
    try {
      commitEntries(this.#db, batch);
    } catch (error) {
      this.#failed(error as Error);
      return false;
    }
    this.#pending = [];
    this.#pendingBytes = 0;
    this.#lastCommit = beganAt;
    for (const { seq, at, sessionId, json, bytes } of batch) {
      this.#usage.add(sessionId, bytes);
      this.#tail.push({ seq, json: entryJson(seq, at, json) });
      this.#newest = seq;
    }
    this.#recovered();
    const reached = this.#waiters.filter((waiter) => waiter.seq <= this.#newest);
    this.#waiters = this.#waiters.filter((waiter) => waiter.seq > this.#newest);
    for (const waiter of reached) waiter.resolve();
    for (const listener of this.#listeners) listener();
    return true;
  }

  #failed(error: Error): void {
    const reason = isNoSpace(error) ? 'disk full' : `the journal cannot be written: ${error.message}`;
    if (this.#failure === null) this.#log.error('the journal cannot be written; trying again', { error });
    this.#failure = reason;
    this.#timer?.cancel();
    this.#arm(RETRY_MS);
  }

  #recovered(): void {
    if (this.#failure === null) return;
    this.#failure = null;
    this.#log.info('the journal can be written again');
    this.#pauses.check();
  }

  #beforeFirst(): number {
    const first = this.#db.query<{ seq: number | null }, []>('SELECT MIN(seq) AS seq FROM entries').get()?.seq;
    return first === null || first === undefined ? this.#newest : first - 1;
  }

  /** The hub has all that was there when we opened; what came since is numbered anew. Throws when it cannot be written. */
  #renew(): void {
    if (!this.#commit()) throw new Error('the journal cannot be written, so no new epoch can begin yet');
    this.#trimmer.close();
    this.#epoch = renewEpoch(this.#db, this.#offered);
    this.#newest = newestSeq(this.#db);
    this.#assigned = this.#newest;
    this.#offered = 0;
    this.#acknowledged = 0;
    this.#tail.clear();
    this.#usage = new Usage(this.#db, this.#limits);
    this.#trimmer = this.#newTrimmer();
  }

  #newTrimmer(): Trimmer {
    return new Trimmer({
      db: this.#db,
      clock: this.#clock,
      log: this.#log,
      onDeleted: (rows) => {
        for (const [sessionId, bytes] of rows) this.#usage.add(sessionId, -bytes);
        this.#pauses.check();
      },
    });
  }
}
