import type { MetricsQuery, MetricsReport, Prices, SessionEvent, SessionId } from '@agor/protocol';
import type { Clock } from '@agor/runtime';
import type { z } from 'zod';
import type { HubDatabase } from '../database/index.ts';
import type { HubBus } from '../events/index.ts';
import type { EventLog } from '../log/index.ts';
import { MetricsTable, type TurnOf } from './metrics-table.ts';
import { type Counted, step, type TurnMeter } from './turn-meter.ts';

/** Meters kept in memory; others are read again. */
const MAX_METERS = 1_000;
const READ_AT_ONCE = 1_000;
const PRUNE_EVERY_MS = 6 * 3600_000;

export interface MetricsOptions {
  readonly db: HubDatabase;
  readonly log: EventLog;
  readonly bus: HubBus;
  readonly clock: Clock;
  /** The person's own, as they are now: what was counted stays. */
  readonly prices: () => Prices;
}

interface Known extends TurnOf {
  meter: TurnMeter;
}

/**
 * What each turn took, as a projection of the logs: how far a log is counted stands in the same transaction as the rows made from it, so
 * that a turn gives one row whatever crashes, and all can be made anew.
 */
export class Metrics implements Disposable {
  readonly #table: MetricsTable;
  readonly #known = new Map<SessionId, Known>();
  readonly #own = new DisposableStack();

  constructor(private readonly options: MetricsOptions) {
    const { bus, clock, db } = options;
    this.#table = new MetricsTable(db);
    this.#own.use(
      bus.on('sessions', (changes) => {
        for (const { sessionId, events } of changes) this.#catchUp(sessionId, { events });
      }),
    );
    const pruning = clock.setInterval(() => this.#prune(), PRUNE_EVERY_MS);
    this.#own.defer(() => pruning.cancel());
  }

  [Symbol.dispose](): void {
    this.#own.dispose();
  }

  /** Counts what was committed while nobody counted. */
  start(): void {
    this.#prune();
    for (const id of this.#table.behind()) this.#catchUp(id, { keep: true });
  }

  /** Counts all logs anew, by the prices of now; in steps, between which others work. What a crash leaves undone, the next start does. */
  async rebuild(): Promise<void> {
    this.options.db.write(() => this.#table.clear());
    this.#known.clear();
    for (const id of this.#table.behind()) {
      await new Promise((resolve) => setImmediate(resolve));
      if (this.#own.disposed) return;
      this.#catchUp(id, { keep: true });
    }
    this.#prune();
  }

  report(query: z.output<typeof MetricsQuery>): MetricsReport {
    return this.#table.report(query, this.options.clock.now());
  }

  #prune(): void {
    this.options.db.write(() => this.#table.prune(this.options.clock.now()));
  }

  /** `keep`: also writes how far it is counted when that gave no row. */
  #catchUp(id: SessionId, { events, keep = false }: { events?: readonly SessionEvent[]; keep?: boolean } = {}): void {
    const known = this.#of(id);
    const { meter, found } = this.#count(known, events);
    if (found.length > 0 || (keep && meter.turn === null))
      this.options.db.write(() => {
        for (const { seq, turn, late } of found) {
          if (turn) this.#table.add(known, seq, turn);
          if (late) this.#table.addLate(known, late);
        }
        this.#table.saveMeter(id, meter);
      });
    // After the write: if that failed, the same events are counted again.
    known.meter = meter;
    if (events) for (const { turn } of found) if (turn) this.options.bus.emit('turn', { sessionId: id, turn });
  }

  /** What was just committed is at hand; when that is not what comes next, the log is read. */
  #count({ sessionId, meter: from }: Known, events: readonly SessionEvent[] = []) {
    const found: (Omit<Counted, 'meter'> & { readonly seq: number })[] = [];
    const prices = this.options.prices();
    let meter = from;
    const take = (event: SessionEvent): void => {
      const { meter: next, ...counted } = step(meter, event, prices);
      meter = next;
      if (counted.turn || counted.late) found.push({ ...counted, seq: event.seq });
    };
    const more = events.filter(({ seq }) => seq > from.spent.seq);
    if (events.length > 0 && (more.length === 0 || more[0]?.seq === from.spent.seq + 1)) {
      more.forEach(take);
      return { meter, found };
    }
    for (;;) {
      const read = this.options.log.since(sessionId, meter.spent.seq, READ_AT_ONCE);
      read.forEach(take);
      if (read.length < READ_AT_ONCE) return { meter, found };
    }
  }

  #of(id: SessionId): Known {
    const known = this.#known.get(id);
    if (known) return known;
    const { projectId, provider } = this.options.log.requireState(id);
    const read = { sessionId: id, projectId, provider, meter: this.#table.meter(id) };
    this.#known.set(id, read);
    if (this.#known.size > MAX_METERS) this.#forgetOne(id);
    return read;
  }

  /** The oldest goes, best one whose turn does not run: that of the others is counted again from its beginning. */
  #forgetOne(but: SessionId): void {
    const others = [...this.#known.values()].filter(({ sessionId }) => sessionId !== but);
    const oldest = others.find(({ meter }) => meter.turn === null) ?? others[0];
    if (oldest) this.#known.delete(oldest.sessionId);
  }
}
