import { Answer, type AskId, SessionId } from '@agor/protocol';
import type { HubDatabase, Row } from '../database/index.ts';

export interface IndexedAsk {
  readonly sessionId: SessionId;
  readonly answeredBy: string | null;
  readonly answer: Answer | null;
}

/** Finds an ask's session by the ask's id, and remembers who answered: the state keeps only the newest settled asks. */
export class AskIndex {
  readonly #insert;
  readonly #answered;
  readonly #find;

  constructor(db: HubDatabase) {
    this.#insert = db.raw.prepare<unknown, [string, string, number]>(
      'INSERT OR IGNORE INTO asks (id, session_id, opened_at) VALUES (?, ?, ?)',
    );
    this.#answered = db.raw.prepare<unknown, [string, string, string]>(
      'UPDATE asks SET answered_by = ?, answer = ? WHERE id = ?',
    );
    this.#find = db.raw.prepare<Row['asks'], [string]>('SELECT * FROM asks WHERE id = ?');
  }

  /** Only within a transaction, as `answered`. */
  opened(id: AskId, sessionId: SessionId, at: number): void {
    this.#insert.run(id, sessionId, at);
  }

  answered(id: AskId, by: string, answer: Answer): void {
    this.#answered.run(by, JSON.stringify(answer), id);
  }

  find(id: AskId): IndexedAsk | null {
    const row = this.#find.get(id);
    if (!row) return null;
    return {
      sessionId: SessionId.parse(row.session_id),
      answeredBy: row.answered_by,
      answer: row.answer === null ? null : Answer.parse(JSON.parse(row.answer)),
    };
  }
}
