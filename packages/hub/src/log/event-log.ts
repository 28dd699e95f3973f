import {
  type Delta,
  newId,
  type SessionEvent,
  type SessionEventBody,
  SessionId,
  type SessionState,
} from '@agor/protocol';
import type { Clock } from '@agor/runtime';
import { fold, foldAll, upgradeState } from '@agor/session';
import type { HubDatabase } from '../database/index.ts';
import type { HubBus, SessionChange } from '../events/index.ts';
import { notFound } from '../failure.ts';
import { type Filling, fillLog } from './fill-log.ts';
import { isOpen } from './is-open.ts';
import { type FoldStep, rebuildSessions } from './rebuild-sessions.ts';
import { StateCache } from './state-cache.ts';
import { type EventStatements, eventStatements } from './statements.ts';
import {
  type Entry,
  eventsOf,
  HOLDS,
  type Hold,
  type LogListener,
  type Pending,
  readRow,
  type StatesQuery,
} from './types.ts';

export type { LogItem, LogListener } from './types.ts';

/** Events that are read in one step, where a whole log is read. */
const READ_AT_ONCE = 1_000;
/** Plain messages after which the state is written again; every other event writes it at once. */
const SNAPSHOT_EVERY = 64;

/**
 * The log of all sessions (architecture §5.1): the only writer of `session_events` and of the projections in `sessions`.
 * What a transaction appended is told to others only after its commit.
 */
export class EventLog {
  readonly #sql: EventStatements;
  readonly #cache = new StateCache((id) => this.#pending.has(id));
  readonly #pending = new Map<SessionId, Pending>();
  readonly #listeners = new Set<LogListener>();
  #depth = 0;
  readonly #afterCommit: (() => void)[] = [];

  constructor(
    private readonly db: HubDatabase,
    private readonly bus: HubBus,
    private readonly clock: Clock,
  ) {
    this.#sql = eventStatements(db.raw);
  }

  /**
   * Runs `fn` as one transaction: everything appended within it is committed together and told afterwards, or, when it
   * throws, nothing is. Nested calls join the outer one.
   */
  transaction<T>(fn: () => T): T {
    if (this.#depth > 0) return fn();
    this.#depth++;
    let result: T;
    try {
      result = this.db.write(() => {
        const value = fn();
        this.#writeProjections();
        return value;
      });
    } catch (error) {
      // The states in memory ran ahead of the disk.
      for (const id of this.#pending.keys()) this.#cache.delete(id);
      this.#pending.clear();
      this.#afterCommit.length = 0;
      throw error;
    } finally {
      this.#depth--;
    }
    this.#publish();
    return result;
  }

  /** Runs `fn` once the running transaction is committed; never if it fails. */
  afterCommit(fn: () => void): void {
    this.#mustBeInTransaction();
    this.#afterCommit.push(fn);
  }

  /** Begins a session. Only within `transaction`. */
  create(id: SessionId, body: Extract<SessionEventBody, { kind: 'sessionCreated' }>): SessionState {
    this.#mustBeInTransaction();
    const event: SessionEvent = { ...body, seq: 1, at: this.clock.now() };
    const state = fold(id, undefined, event);
    const entry: Entry = { state, epoch: newId(SessionId), hold: 'none', snapshotSeq: 0 };
    const json = JSON.stringify(state);
    this.#sql.insertSession.run(id, entry.epoch, state.projectId, event.at, event.at, 0, 1, json);
    entry.snapshotSeq = 1;
    this.#cache.set(id, entry);
    this.#insert(this.#pendingOf(id, entry), id, event, body, null);
    return state;
  }

  /**
   * Writes the log of a session that nobody knows yet, in steps between which others work (see `fillLog`); `adopt` lets it begin. What an
   * attempt before this one left is written anew.
   */
  fill(id: SessionId, events: readonly Filling[], signal: AbortSignal): Promise<SessionState> {
    return fillLog({ db: this.db, sql: this.#sql }, id, events, signal);
  }

  /** Begins a session whose log is filled. Only within `transaction`. */
  adopt(state: SessionState): void {
    this.#mustBeInTransaction();
    const { id, projectId, createdAt, lastActivityAt, seq } = state;
    const entry: Entry = { state, epoch: newId(SessionId), hold: 'none', snapshotSeq: seq };
    const open = isOpen(state) ? 1 : 0;
    this.#sql.insertSession.run(
      id,
      entry.epoch,
      projectId,
      createdAt,
      lastActivityAt,
      open,
      seq,
      JSON.stringify(state),
    );
    this.#cache.set(id, entry);
    this.#pendingOf(id, entry).events++;
  }

  /**
   * Adds events to a session's log and returns its new state. Only within `transaction`. `origin` is the machine's time in
   * ms, for events that came from there. Throws NOT_FOUND for an unknown session.
   */
  append(id: SessionId, bodies: readonly SessionEventBody[], origin: number | null = null): SessionState {
    this.#mustBeInTransaction();
    const entry = this.#require(id);
    if (bodies.length === 0) return entry.state;
    const pending = this.#pendingOf(id, entry);
    const at = this.clock.now();
    for (const body of bodies) {
      const event = { ...body, seq: entry.state.seq + 1, at } as SessionEvent;
      entry.state = fold(id, entry.state, event);
      this.#insert(pending, id, event, body, origin);
    }
    return entry.state;
  }

  /**
   * Tells followers a piece of streamed text, which is not stored: after what the running transaction has appended so far,
   * or at once when none runs. Deltas of unknown sessions are dropped.
   */
  pass(delta: Delta): void {
    const entry = this.#entry(delta.sessionId);
    if (!entry) return;
    const item = { item: { delta }, chars: delta.text.length };
    if (this.#depth > 0) {
      this.#pendingOf(delta.sessionId, entry).items.push(item);
      return;
    }
    for (const listener of this.#listeners) listener(delta.sessionId, [item], entry.state);
  }

  state(id: SessionId): SessionState | undefined {
    return this.#entry(id)?.state;
  }

  /** Throws NOT_FOUND. */
  requireState(id: SessionId): SessionState {
    return this.#require(id).state;
  }

  /** Throws NOT_FOUND. Another epoch than a client's means that the log was rebuilt. */
  epoch(id: SessionId): string {
    return this.#require(id).epoch;
  }

  /** Whether the queue waits because the person stopped this session. */
  hold(id: SessionId): Hold {
    return this.#entry(id)?.hold ?? 'none';
  }

  setHold(id: SessionId, hold: Hold): void {
    this.#mustBeInTransaction();
    const entry = this.#require(id);
    if (entry.hold === hold) return;
    this.#sql.setHeld.run(HOLDS.indexOf(hold), id);
    entry.hold = hold;
    this.#pendingOf(id, entry);
  }

  /** The newest `limit` events, oldest first. */
  tail(id: SessionId, limit: number): SessionEvent[] {
    return this.#sql.before.all(id, Number.MAX_SAFE_INTEGER, limit).map(readRow).reverse();
  }

  /** Events before `before`, oldest first. */
  page(id: SessionId, before: number, limit: number): { events: SessionEvent[]; hasOlder: boolean } {
    this.#require(id);
    const events = this.#sql.before.all(id, before, limit).map(readRow).reverse();
    return { events, hasOlder: (events[0]?.seq ?? 1) > 1 };
  }

  /** Events after `seq`, oldest first. */
  since(id: SessionId, seq: number, limit: number): SessionEvent[] {
    return this.#sql.since.all(id, seq, limit).map(readRow);
  }

  /**
   * States of the newest sessions (of a project, or older than the session `before`), newest activity first; without either
   * also every open one.
   */
  states(query: StatesQuery): SessionState[] {
    return this.#listed(query).map((row) => this.requireState(row.id as SessionId));
  }

  #listed({ projectId, before, limit }: StatesQuery): { id: string }[] {
    const sql = this.#sql;
    if (projectId === undefined) return before === undefined ? sql.list.all(limit) : sql.listBefore.all(before, limit);
    return before === undefined
      ? sql.listOfProject.all(projectId, limit)
      : sql.listOfProjectBefore.all(projectId, before, limit);
  }

  /** Sessions with a process, a turn, a prompt or an ask. */
  openSessions(): SessionId[] {
    return this.#sql.openIds.all().map((row) => row.id as SessionId);
  }

  /** Sessions whose queue Stop All holds. */
  heldByStopAll(): SessionId[] {
    return this.#sql.held.all(HOLDS.indexOf('stopAll')).map((row) => row.id as SessionId);
  }

  /** Sessions whose provider said until when their quota is used up. */
  limitedSessions(): SessionId[] {
    return this.#sql.limitedIds.all().map((row) => row.id as SessionId);
  }

  /** Called after each commit, once per session that it changed. A listener must not throw. */
  onItems(listener: LogListener): Disposable {
    this.#listeners.add(listener);
    return { [Symbol.dispose]: () => void this.#listeners.delete(listener) };
  }

  /** See `rebuildSessions`. */
  rebuild(
    alongside: (id: SessionId) => void = () => {},
    signal?: AbortSignal,
  ): Promise<{ sessions: number; changed: number }> {
    return rebuildSessions(
      {
        db: this.db,
        sql: this.#sql,
        foldSome: (id, from) => this.#foldSome(id, from),
        foldFrom: (id, from) => this.#foldFrom(id, from),
        forget: (id) => void this.#cache.delete(id),
      },
      alongside,
      signal,
    );
  }

  #pendingOf(id: SessionId, entry: Entry): Pending {
    const known = this.#pending.get(id);
    if (known) return known;
    const fresh: Pending = { entry, items: [], events: 0, notable: false };
    this.#pending.set(id, fresh);
    return fresh;
  }

  #insert(to: Pending, id: SessionId, event: SessionEvent, body: SessionEventBody, origin: number | null): void {
    const payload = JSON.stringify(body);
    this.#sql.insertEvent.run(id, event.seq, event.at, origin, event.kind, payload);
    to.items.push({ item: { event }, chars: payload.length });
    to.events++;
    if (event.kind !== 'message') to.notable = true;
  }

  #writeProjections(): void {
    for (const [id, { entry, notable }] of this.#pending) {
      const { state } = entry;
      const due = notable || state.seq - entry.snapshotSeq >= SNAPSHOT_EVERY;
      if (!due || state.seq === entry.snapshotSeq) continue;
      this.#sql.saveSnapshot.run(state.lastActivityAt, isOpen(state) ? 1 : 0, state.seq, JSON.stringify(state), id);
      entry.snapshotSeq = state.seq;
    }
  }

  #publish(): void {
    const changes: SessionChange[] = [];
    const committed = [...this.#pending];
    const hooks = this.#afterCommit.splice(0);
    this.#pending.clear();
    for (const [sessionId, { entry, items, events }] of committed) {
      if (items.length > 0) for (const listener of this.#listeners) listener(sessionId, items, entry.state);
      if (events > 0) changes.push({ sessionId, events: eventsOf(items), state: entry.state });
    }
    for (const hook of hooks) hook();
    if (changes.length > 0) this.bus.emit('sessions', changes);
  }

  #require(id: SessionId): Entry {
    const entry = this.#entry(id);
    if (!entry) throw notFound(`There is no session ${id}.`);
    return entry;
  }

  #entry(id: SessionId): Entry | undefined {
    const cached = this.#cache.get(id);
    if (cached) return cached;
    const row = this.#sql.session.get(id);
    if (!row) return undefined;
    const snapshot = upgradeState(JSON.parse(row.state) as SessionState);
    const state = this.#foldFrom(id, snapshot) ?? snapshot;
    const entry: Entry = { state, epoch: row.epoch, hold: HOLDS[row.held] ?? 'none', snapshotSeq: row.snapshot_seq };
    this.#cache.set(id, entry);
    return entry;
  }

  /** Reads in steps, so that a long log is never in memory as a whole. */
  #foldFrom(id: SessionId, from: SessionState | undefined): SessionState | undefined {
    for (let state = from; ; ) {
      const step = this.#foldSome(id, state);
      if (!step.more) return step.state;
      state = step.state;
    }
  }

  #foldSome(id: SessionId, from: SessionState | undefined): FoldStep {
    const events = this.since(id, from?.seq ?? 0, READ_AT_ONCE);
    return { state: foldAll(id, from, events), more: events.length === READ_AT_ONCE };
  }

  #mustBeInTransaction(): void {
    if (this.#depth === 0) throw new Error('the log is only written within its transaction()');
  }
}
