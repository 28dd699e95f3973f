import { type ProviderId, SessionId, type SessionState } from '@agor/protocol';
import type { HubDatabase, Row } from '../database/index.ts';

/** Which of agor's sessions goes on with which conversation of a provider's. The first that had it keeps it. */
export class Conversations {
  readonly #find;
  readonly #insert;

  constructor(db: HubDatabase) {
    this.#find = db.raw.prepare<Pick<Row['providerSessions'], 'session_id'>, [string, string]>(
      'SELECT session_id FROM provider_sessions WHERE provider = ? AND provider_session_id = ?',
    );
    this.#insert = db.raw.prepare<unknown, [string, string, string]>(
      'INSERT OR IGNORE INTO provider_sessions (provider, provider_session_id, session_id) VALUES (?, ?, ?)',
    );
  }

  /** Null: no session of agor's goes on with it. */
  sessionOf(provider: ProviderId, providerSessionId: string): SessionId | null {
    const row = this.#find.get(provider, providerSessionId);
    return row ? SessionId.parse(row.session_id) : null;
  }

  /**
   * Remembers what a session goes on with, if that is its own: as long as its copy is not made yet, a fork names the conversation of
   * another. Only within a transaction.
   */
  note({ id, provider, providerSessionId, forkPending }: SessionState): void {
    if (providerSessionId !== undefined && !forkPending) this.#insert.run(provider, providerSessionId, id);
  }
}
