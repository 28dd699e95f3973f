import type { MachineEvent, SessionId } from '@agor/protocol';
import type { Database } from '@agor/runtime';

export interface JournalWrite {
  readonly sessionId: SessionId;
  /** The event, or its JSON where that is at hand already. */
  readonly event: MachineEvent | { readonly json: string };
  /** Done in the same transaction, with the journal's connection: both or neither. May run again after a failed commit. */
  readonly alongside?: (() => void) | undefined;
}

/** An entry that has its number and waits for its commit. */
export interface PendingEntry {
  readonly seq: number;
  readonly at: number;
  readonly sessionId: SessionId;
  readonly json: string;
  readonly bytes: number;
  readonly alongside: (() => void) | undefined;
}

export function pendingEntry(write: JournalWrite, seq: number, at: number): PendingEntry {
  const { sessionId, event, alongside } = write;
  const json = 'json' in event ? event.json : JSON.stringify(event);
  return { seq, at, sessionId, json, bytes: Buffer.byteLength(json), alongside };
}

/** Commits all of them in one transaction, or throws and commits none. */
export function commitEntries(db: Database, entries: readonly PendingEntry[]): void {
  const insert = db.query('INSERT INTO entries (seq, session_id, at, bytes, event) VALUES (?, ?, ?, ?, ?)');
  db.transaction(() => {
    for (const { seq, sessionId, at, bytes, json, alongside } of entries) {
      insert.run(seq, sessionId, at, bytes, json);
      alongside?.();
    }
  }).immediate();
}
