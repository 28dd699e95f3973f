import type { Database } from '@agor/runtime';
import { TAIL_BYTES } from './limits.ts';

/** An entry as it goes over the link: its JSON is made once. */
export interface StoredEntry {
  readonly seq: number;
  readonly json: string;
}

export interface EntryPage {
  /** JSON of `JournalEntry`, in order. */
  readonly entries: readonly string[];
  /** The last one's number; the cursor's own when the page is empty. */
  readonly last: number;
}

/** @param eventJson JSON of a `MachineEvent` */
export function entryJson(seq: number, at: number, eventJson: string): string {
  return `{"seq":${seq},"at":${at},"event":${eventJson}}`;
}

/** The newest committed entries, at most TAIL_BYTES of them; older ones are let go. */
export class Tail {
  #entries: StoredEntry[] = [];
  #start = 0;
  #bytes = 0;

  push(entry: StoredEntry): void {
    this.#entries.push(entry);
    this.#bytes += entry.json.length;
    while (this.#bytes > TAIL_BYTES && this.#start < this.#entries.length) this.#shift();
    this.#compact();
  }

  /** Lets go of what the hub has. */
  dropUpTo(seq: number): void {
    while (this.#start < this.#entries.length && (this.#entries[this.#start]?.seq ?? 0) <= seq) this.#shift();
    this.#compact();
  }

  /** Null when entries after the cursor are missing here. */
  page(after: number, maxEntries: number, maxBytes: number): EntryPage | null {
    const first = this.#entries[this.#start]?.seq;
    if (first === undefined || first > after + 1) return null;
    const from = this.#start + after + 1 - first;
    const entries: string[] = [];
    let bytes = 0;
    for (let i = from; i < this.#entries.length && entries.length < maxEntries && bytes < maxBytes; i++) {
      const json = this.#entries[i]?.json ?? '';
      entries.push(json);
      bytes += json.length;
    }
    return { entries, last: after + entries.length };
  }

  clear(): void {
    this.#entries = [];
    this.#start = 0;
    this.#bytes = 0;
  }

  #shift(): void {
    this.#bytes -= this.#entries[this.#start]?.json.length ?? 0;
    this.#start++;
  }

  #compact(): void {
    if (this.#start < 1024 || this.#start * 2 < this.#entries.length) return;
    this.#entries = this.#entries.slice(this.#start);
    this.#start = 0;
  }
}

/** Reads on until either bound is passed: at least one entry, so that a large one gets through. */
export function readPage(db: Database, after: number, maxEntries: number, maxBytes: number): EntryPage {
  const rows = db.query<{ seq: number; at: number; event: string; bytes: number }, [number, number]>(
    'SELECT seq, at, bytes, event FROM entries WHERE seq > ? ORDER BY seq LIMIT ?',
  );
  const entries: string[] = [];
  let last = after;
  let bytes = 0;
  for (const row of rows.iterate(after, maxEntries)) {
    entries.push(entryJson(row.seq, row.at, row.event));
    last = row.seq;
    bytes += row.bytes;
    if (bytes >= maxBytes) break;
  }
  return { entries, last };
}
