import type { Journal } from '../journal/index.ts';
import type { DeltaSender } from './delta-sender.ts';
import type { Wire } from './wire.ts';

/** Entries in one `events` frame, and about how many bytes. */
const PAGE_ENTRIES = 256;
const PAGE_BYTES = 1024 * 1024;
/** Pages in one turn of the event loop, so that a long catch-up delays nobody. */
const PAGES_PER_TURN = 2;

/**
 * Sends the journal from a cursor on, and streamed text to a hub that has all of it. Reads no further while the socket is full, so that a hub
 * that does not read costs no memory. A delta never overtakes an entry that was appended before it.
 */
export class JournalSender implements Disposable {
  #epoch: string;
  #cursor: number;
  #scheduled: NodeJS.Immediate | null = null;
  #closed = false;
  readonly #listeners: Disposable[];

  constructor(
    private readonly journal: Journal,
    private readonly deltas: DeltaSender,
    private readonly wire: Wire,
    after: number,
  ) {
    this.#epoch = journal.cursor.epoch;
    this.#cursor = after;
    this.#listeners = [journal.onCommit(() => this.pump()), journal.onBeforeAppend(() => this.#sendDeltas())];
  }

  /** Sends what can be sent now; goes on by itself at the next commit. Call it when the socket drained. */
  pump(): void {
    if (this.#closed) return;
    for (let pages = 0; this.wire.hasRoom; pages++) {
      if (pages === PAGES_PER_TURN) {
        this.soon();
        return;
      }
      const page = this.journal.read(this.#cursor, PAGE_ENTRIES, PAGE_BYTES);
      if (page.entries.length === 0) break;
      this.wire.sendJson(`{"t":"events","epoch":${JSON.stringify(this.#epoch)},"entries":[${page.entries.join(',')}]}`);
      this.wire.flush();
      this.#cursor = page.last;
    }
    this.#sendDeltas();
  }

  /** Pumps in the next turn of the event loop. */
  soon(): void {
    this.#scheduled ??= setImmediate(() => {
      this.#scheduled = null;
      this.pump();
    });
  }

  [Symbol.dispose](): void {
    this.#closed = true;
    if (this.#scheduled) clearImmediate(this.#scheduled);
    for (const listener of this.#listeners) listener[Symbol.dispose]();
  }

  /** Only when the hub has every entry, also those that wait for their commit. */
  #sendDeltas(): void {
    if (this.#closed || this.#cursor !== this.journal.assigned || !this.wire.hasRoom) return;
    const deltas = this.deltas.take();
    if (deltas.length === 0) return;
    this.wire.send({ t: 'deltas', deltas });
    this.wire.flush();
  }
}
