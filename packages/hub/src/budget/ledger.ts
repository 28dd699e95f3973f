import type { Prices, SessionEvent, SessionId } from '@agor/protocol';
import type { HubDatabase, Row } from '../database/index.ts';
import type { EventLog } from '../log/index.ts';
import { add, estimate, Meter, NEW_METER, NOTHING, type Spent, step } from './meter.ts';

/** Meters kept in memory; others are read again. */
const MAX_METERS = 1_000;
const READ_AT_ONCE = 1_000;

interface Counted {
  meter: Meter;
  readonly final: { readonly day: string; readonly spent: Spent }[];
}

/** What a sum is over. `month`: `2026-11`; without it, all time. */
export interface Which {
  readonly sessionId?: string;
  readonly projectIds?: readonly string[];
  readonly month?: string;
}

/** What sessions spent: a projection of their logs, by day. Turns that run are in its sums as they are estimated. */
export class Ledger {
  readonly #meters = new Map<SessionId, { meter: Meter; readonly projectId: string | null }>();

  constructor(
    private readonly db: HubDatabase,
    private readonly log: EventLog,
    /** The person's own, as they are now: what was counted stays. */
    private readonly prices: () => Prices = () => ({}),
  ) {}

  /** Counts what the log of a session has more than was counted. What is final is on the disk when this returns. `keep`: also how far it was counted. `committed`: the newest of the log, at hand. */
  catchUp(id: SessionId, { keep = false, committed = [] as readonly SessionEvent[] } = {}): void {
    const known = this.#of(id);
    const counted = this.#count(id, known.meter, committed);
    if (counted.final.length > 0 || (keep && estimate(counted.meter).tokens === 0))
      this.db.write(() => {
        for (const { day, spent } of counted.final) this.#add(day, id, known.projectId, spent);
        this.db.raw
          .query('INSERT OR REPLACE INTO spending_meters (session_id, json) VALUES (?, ?)')
          .run(id, JSON.stringify(counted.meter));
      });
    // After the write: if that failed, the same events are counted again.
    known.meter = counted.meter;
  }

  /** What a session's log has spent beyond what `catchUp` has counted: within a transaction that may yet fail. */
  ahead(id: SessionId): Spent {
    const { meter } = this.#of(id);
    const counted = this.#count(id, meter);
    const final = counted.final.reduce((sum, { spent }) => add(sum, spent), NOTHING);
    const now = estimate(counted.meter, this.prices());
    const before = estimate(meter, this.prices());
    return add(final, {
      usd: now.usd - before.usd,
      tokens: now.tokens - before.tokens,
      unpricedTokens: now.unpricedTokens - before.unpricedTokens,
    });
  }

  sum({ sessionId, projectIds, month }: Which): Spent {
    const where: string[] = [];
    const values: string[] = [];
    const only = (condition: string, ...bound: string[]): void => {
      where.push(condition);
      values.push(...bound);
    };
    if (sessionId !== undefined) only('session_id = ?', sessionId);
    if (projectIds !== undefined) only('project_id IN (SELECT value FROM json_each(?))', JSON.stringify(projectIds));
    if (month !== undefined) only('day BETWEEN ? AND ?', `${month}-01`, `${month}-31`);
    const row = this.db.raw
      .query<Spent, string[]>(
        `SELECT coalesce(sum(cost_usd), 0) AS usd, coalesce(sum(tokens), 0) AS tokens,
                coalesce(sum(unpriced_tokens), 0) AS unpricedTokens
           FROM spending ${where.length > 0 ? `WHERE ${where.join(' AND ')}` : ''}`,
      )
      .get(...values);
    let sum = row ?? NOTHING;
    for (const [id, { meter, projectId }] of this.#meters) {
      const counts =
        (sessionId === undefined || id === sessionId) &&
        (projectIds === undefined || (projectId !== null && projectIds.includes(projectId)));
      if (counts) sum = add(sum, estimate(meter, this.prices()));
    }
    return sum;
  }

  /** The last UTC day on which something was spent, as the logs tell it; null when nothing was. */
  newestDay(): string | null {
    return this.db.raw.query<{ day: string | null }, []>('SELECT max(day) AS day FROM spending').get()?.day ?? null;
  }

  /** Forgets everything, to count all logs anew. */
  clear(): void {
    this.db.write(() => {
      this.db.raw.run('DELETE FROM spending');
      this.db.raw.run('DELETE FROM spending_meters');
    });
    this.#meters.clear();
  }

  #of(id: SessionId): { meter: Meter; readonly projectId: string | null } {
    const known = this.#meters.get(id);
    if (known) return known;
    const row = this.db.raw
      .query<Pick<Row['spendingMeters'], 'json'>, [string]>('SELECT json FROM spending_meters WHERE session_id = ?')
      .get(id);
    const kept = row ? Meter.parse(JSON.parse(row.json)) : NEW_METER;
    const read = { meter: kept, projectId: this.log.requireState(id).projectId };
    this.#meters.set(id, read);
    this.#bound();
    return read;
  }

  /** The oldest goes whose turn does not run: it is read again from its log. */
  #bound(): void {
    if (this.#meters.size <= MAX_METERS) return;
    for (const [id, { meter }] of this.#meters) {
      if (estimate(meter).tokens > 0) continue;
      this.#meters.delete(id);
      return;
    }
  }

  #count(id: SessionId, from: Meter, committed: readonly SessionEvent[] = []): Counted {
    const counted: Counted = { meter: from, final: [] };
    const [first] = committed;
    if (first && first.seq <= from.seq + 1) {
      this.#step(counted, committed); // nothing lies between: the log need not be read for each commit
      return counted;
    }
    for (;;) {
      const events = this.log.since(id, counted.meter.seq, READ_AT_ONCE);
      this.#step(counted, events);
      if (events.length < READ_AT_ONCE) return counted;
    }
  }

  #step(counted: Counted, events: readonly SessionEvent[]): void {
    for (const event of events) {
      if (event.seq <= counted.meter.seq) continue;
      const next = step(counted.meter, event, this.prices());
      counted.meter = next.meter;
      if (next.spent) counted.final.push({ day: dayOf(event.at), spent: next.spent });
    }
  }

  #add(day: string, id: SessionId, projectId: string | null, spent: Spent): void {
    this.db.raw
      .query(
        `INSERT INTO spending (day, session_id, project_id, cost_usd, tokens, unpriced_tokens) VALUES (?, ?, ?, ?, ?, ?)
         ON CONFLICT (day, session_id) DO UPDATE SET cost_usd = cost_usd + excluded.cost_usd,
           tokens = tokens + excluded.tokens, unpriced_tokens = unpriced_tokens + excluded.unpriced_tokens`,
      )
      .run(day, id, projectId, spent.usd, spent.tokens, spent.unpricedTokens);
  }
}

/** The UTC day of a time in ms. */
export function dayOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}
