import type { HubDatabase } from '../database/index.ts';

/** Rows of the log that are looked at in one go: some ms, and never the whole log. */
const ROWS = 500;
/** Whatever looks like a blob's name counts as one: better a blob too many than one too few. */
const NAME = /[0-9a-f]{64}/g;

/** Walks through everything in sessions.db that can name a blob, in steps. */
export class NamedBlobs {
  readonly #rows;
  readonly #newest;
  readonly #others;
  #position = 0;

  constructor(db: HubDatabase) {
    this.#newest = db.raw.prepare<{ newest: number | null }, []>('SELECT max(rowid) AS newest FROM session_events');
    this.#rows = db.raw.prepare<{ text: string }, [number, number]>(
      "SELECT payload AS text FROM session_events WHERE rowid > ? AND rowid <= ? AND instr(payload, 'blob') > 0",
    );
    // What a vendor has begun and not finished is in the adapter's memory; what the machine has to get, in the outbox.
    this.#others = db.raw.prepare<{ text: string }, []>(
      `SELECT json AS text FROM adapter_memory WHERE instr(json, 'blob') > 0
       UNION ALL SELECT command FROM outbox WHERE instr(command, 'blob') > 0`,
    );
  }

  /** The names in the next rows; null when there are no more just now. */
  next(): string[] | null {
    const newest = this.#newest.get()?.newest ?? 0;
    if (this.#position >= newest) return null;
    const end = Math.min(this.#position + ROWS, newest);
    const names = this.#rows.all(this.#position, end).flatMap(({ text }) => text.match(NAME) ?? []);
    this.#position = end;
    return names;
  }

  /** The names beside the log. */
  others(): string[] {
    return this.#others.all().flatMap(({ text }) => text.match(NAME) ?? []);
  }
}
