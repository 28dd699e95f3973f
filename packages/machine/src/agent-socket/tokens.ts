import { randomBytes } from 'node:crypto';
import type { SessionId } from '@agor/protocol';

/** What a session's agent proves itself with. One per live runner, in memory, forgotten with it. */
export class SessionTokens {
  readonly #sessions = new Map<string, SessionId>();

  issue(sessionId: SessionId): string {
    const token = randomBytes(32).toString('hex');
    this.#sessions.set(token, sessionId);
    return token;
  }

  /** A map's look-up by a 256-bit random token tells nothing by its time that could be used. */
  sessionOf(token: string): SessionId | null {
    return this.#sessions.get(token) ?? null;
  }

  revoke(token: string): void {
    this.#sessions.delete(token);
  }
}
