import { Answer, type AskId, SessionEventBody, SessionId } from '@agor/protocol';
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
  readonly #told;
  readonly #clear;

  constructor(db: HubDatabase) {
    this.#insert = db.raw.prepare<unknown, [string, string, number]>(
      'INSERT OR IGNORE INTO asks (id, session_id, opened_at) VALUES (?, ?, ?)',
    );
    this.#answered = db.raw.prepare<unknown, [string, string, string]>(
      'UPDATE asks SET answered_by = ?, answer = ? WHERE id = ?',
    );
    this.#told = db.raw.prepare<Pick<Row['sessionEvents'], 'at' | 'payload'>, [string]>(
      "SELECT at, payload FROM session_events WHERE session_id = ? AND kind IN ('askOpened', 'askAnswered') ORDER BY seq",
    );
    this.#clear = db.raw.prepare<unknown, [string]>('DELETE FROM asks WHERE session_id = ?');
    this.#find = db.raw.prepare<Row['asks'], [string]>('SELECT * FROM asks WHERE id = ?');
  }

  /** Only within a transaction, as `answered`. */
  opened(id: AskId, sessionId: SessionId, at: number): void {
    this.#insert.run(id, sessionId, at);
  }

  answered(id: AskId, by: string, answer: Answer): void {
    this.#answered.run(by, JSON.stringify(answer), id);
  }

  /** Makes the index of one session anew from its log. Only within a transaction. */
  rebuild(sessionId: SessionId): void {
    this.#clear.run(sessionId);
    for (const row of this.#told.iterate(sessionId)) {
      const event = SessionEventBody.safeParse(JSON.parse(row.payload)).data;
      if (event?.kind === 'askOpened') this.opened(event.ask.id, sessionId, row.at);
      if (event?.kind === 'askAnswered') this.answered(event.askId, event.by, event.answer);
    }
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
