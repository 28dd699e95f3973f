import { type Clock, checkpoint, type Database, type Logger, type Timer } from '@agor/runtime';
import { RETRY_MS } from './limits.ts';

const BATCH = 2_000;
const DELAY_MS = 50;
/** A file with this much unused space is made small when nearly nothing is left in it; else the space is used again. */
const SHRINK_BYTES = 64 * 1024 * 1024;

export interface TrimDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly log: Logger;
  /** Told after each batch what was deleted, by session. */
  readonly onDeleted: (rows: readonly (readonly [sessionId: string, bytes: number])[]) => void;
}

/** Deletes acknowledged entries: a little later, in batches with the event loop in between, so that it delays nobody. */
export class Trimmer {
  #goal = 0;
  #done: number;
  #timer: Timer | undefined;
  #closed = false;

  constructor(private readonly deps: TrimDeps) {
    this.#done = firstSeq(deps.db) - 1;
  }

  /** Everything up to `seq` may go. `soon`: somebody waits for the room. */
  upTo(seq: number, soon: boolean): void {
    if (seq > this.#goal) this.#goal = seq;
    if (this.#goal <= this.#done) return;
    if (soon || this.#goal - this.#done >= BATCH) {
      this.#timer?.cancel();
      this.#arm(0);
    } else this.#timer ??= this.#after(DELAY_MS);
  }

  /** Deletes now, as far as acknowledged. For the end, and for tests. */
  finish(): void {
    while (this.#goal > this.#done && this.#step());
  }

  close(): void {
    this.#closed = true;
    this.#timer?.cancel();
  }

  #arm(ms: number): void {
    this.#timer = this.#after(ms);
  }

  #after(ms: number): Timer {
    return this.deps.clock.setTimeout(() => {
      this.#timer = undefined;
      if (this.#closed || this.#goal <= this.#done) return;
      const deleted = this.#step();
      if (this.#goal > this.#done) this.#arm(deleted ? 0 : RETRY_MS);
      else this.#shrink();
    }, ms);
  }

  #step(): boolean {
    const to = Math.min(this.#goal, this.#done + BATCH);
    try {
      const rows = this.#delete(to);
      this.#done = to;
      this.deps.onDeleted(rows);
      return true;
    } catch (error) {
      // A full disk: deleting needs room too. Nothing is lost by trying again.
      this.deps.log.warn('acknowledged entries could not be deleted yet', { error });
      return false;
    }
  }

  /** Returns the bytes of each session. Two passes over the rows, which is less work than to return them one by one. */
  #delete(to: number): [string, number][] {
    const { db } = this.deps;
    return db
      .transaction(() => {
        const sums = db
          .query<[string, number], [number]>('SELECT session_id, SUM(bytes) FROM entries WHERE seq <= ? GROUP BY 1')
          .values(to) as [string, number][];
        db.query('DELETE FROM entries WHERE seq <= ?').run(to);
        return sums;
      })
      .immediate();
  }

  #shrink(): void {
    try {
      const unused = pragma(this.deps.db, 'freelist_count') * pragma(this.deps.db, 'page_size');
      const all = pragma(this.deps.db, 'page_count') * pragma(this.deps.db, 'page_size');
      if (unused < SHRINK_BYTES || all - unused > SHRINK_BYTES / 4) return;
      this.deps.db.run('VACUUM');
      checkpoint(this.deps.db);
    } catch (error) {
      // Only space is at stake; the next time it is empty we try again.
      this.deps.log.warn('the journal file could not be made smaller', { error });
    }
  }
}

function firstSeq(db: Database): number {
  return db.query<{ seq: number | null }, []>('SELECT MIN(seq) AS seq FROM entries').get()?.seq ?? newestSeq(db) + 1;
}

/** The highest number ever given in this epoch, also when its entry is gone. */
export function newestSeq(db: Database): number {
  return db.query<{ seq: number }, []>("SELECT seq FROM sqlite_sequence WHERE name = 'entries'").get()?.seq ?? 0;
}

function pragma(db: Database, name: string): number {
  const row = db.query<Record<string, number>, []>(`PRAGMA ${name}`).get();
  return row ? (Object.values(row)[0] ?? 0) : 0;
}
