import type { SessionId } from '@agor/protocol';
import type { Database } from '@agor/runtime';
import type { JournalLimits } from './limits.ts';

/** How many bytes of unacknowledged entries each session has. As many numbers as sessions with entries. */
export class Usage {
  readonly #bySession = new Map<string, number>();
  #total = 0;

  constructor(
    db: Database,
    private readonly limits: JournalLimits,
  ) {
    const rows = db
      .query<{ id: string; bytes: number }, []>('SELECT session_id AS id, SUM(bytes) AS bytes FROM entries GROUP BY 1')
      .all();
    for (const row of rows) this.add(row.id, row.bytes);
  }

  /** `bytes` is negative for entries that were deleted. */
  add(sessionId: string, bytes: number): void {
    this.#total += bytes;
    const now = (this.#bySession.get(sessionId) ?? 0) + bytes;
    if (now > 0) this.#bySession.set(sessionId, now);
    else this.#bySession.delete(sessionId);
  }

  /** Which bound is reached at `share` of the limits (1 = the limits themselves), in words for the person; null when there is room. */
  full(sessionId: SessionId, share: number): string | null {
    if (this.#total >= this.limits.machineBytes * share)
      return 'journal full: the hub has not taken this machine’s events yet';
    if ((this.#bySession.get(sessionId) ?? 0) >= this.limits.sessionBytes * share)
      return 'journal full: the hub has not taken this session’s events yet';
    return null;
  }

  get total(): number {
    return this.#total;
  }

  of(sessionId: SessionId): number {
    return this.#bySession.get(sessionId) ?? 0;
  }
}
