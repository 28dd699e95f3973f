import { type BudgetStanding, CommandId, newId, SessionId, type SessionState } from '@agor/protocol';
import type { Clock, Logger, Timer } from '@agor/runtime';
import { isBusy } from '@agor/session';
import { type AgentContext, interrupt, sendNext } from '../agents/index.ts';
import type { HubDatabase } from '../database/index.ts';
import type { HubBus, SessionChange } from '../events/index.ts';
import { rejected } from '../failure.ts';
import { Ledger } from './ledger.ts';
import { add, NOTHING, type Spent } from './meter.ts';
import { type BudgetScope, periodOf, standingOf } from './scopes.ts';
import { hardNotice, overrideNotice, softNotice } from './words.ts';

/** How often is looked whether a new month has freed what was held, in ms. */
const LOOK_EVERY_MS = 60_000;

/** The budgets with a limit that a session counts to. */
export type ScopesOf = (session: Pick<SessionState, 'id' | 'projectId' | 'title'>) => readonly BudgetScope[];

export interface KeeperOptions {
  readonly ctx: AgentContext;
  readonly db: HubDatabase;
  readonly bus: HubBus;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly scopes: ScopesOf;
}

export interface OverrideInput {
  readonly commandId: CommandId;
  readonly scope: BudgetScope['kind'];
  readonly id: string;
  readonly usd?: number | undefined;
  readonly tokens?: number | undefined;
  readonly by: string;
}

/**
 * Keeps budgets: counts what is spent with each commit, tells the person at a soft limit, and at a hard one interrupts what runs and lets
 * no prompt out until there is an override, a higher limit or a new period.
 */
export class BudgetKeeper implements Disposable {
  readonly #ledger: Ledger;
  readonly #own = new DisposableStack();
  /** Turns that were interrupted here: once each. */
  readonly #interrupted = new Map<SessionId, string>();
  /** Sessions that a hard limit holds, and were told so. */
  readonly #held = new Set<SessionId>();
  #timer: Timer | null = null;

  constructor(private readonly options: KeeperOptions) {
    const { ctx, db, bus, clock } = options;
    this.#ledger = new Ledger(db, ctx.log);
    this.#own.use(bus.on('sessions', (changes) => this.#take(changes)));
    // A changed limit may set free.
    this.#own.use(bus.on('settings', () => this.release()));
    this.#own.use(bus.on('groups', () => this.release()));
    this.#timer = clock.setInterval(() => this.release(), LOOK_EVERY_MS);
  }

  [Symbol.dispose](): void {
    this.#timer?.cancel();
    this.#own.dispose();
  }

  /** Counts what was committed while nobody counted, and looks at what is under way. Before anything else goes on. */
  start(): void {
    const { ctx } = this.options;
    for (const id of this.#behind()) this.#ledger.catchUp(id, { keep: true });
    for (const id of ctx.log.openSessions()) {
      this.#ledger.catchUp(id);
      this.#check(ctx.log.requireState(id));
    }
  }

  /** Counts all logs anew. */
  rebuild(): void {
    this.#ledger.clear();
    for (const id of this.#behind()) this.#ledger.catchUp(id, { keep: true });
  }

  /** Whether a prompt may go out to this session now. Also right within a transaction of the log. */
  mayPrompt(state: SessionState): boolean {
    const scopes = this.options.scopes(state);
    if (scopes.length === 0) return true;
    return this.#standings(state, scopes, this.#ledger.ahead(state.id)).every(({ level }) => level !== 'hard');
  }

  /** How the budgets stand that this session counts to. */
  standing(sessionId: SessionId): BudgetStanding[] {
    const state = this.options.ctx.log.requireState(sessionId);
    return this.#standings(state, this.options.scopes(state), NOTHING);
  }

  /** Of all sessions under way, each budget once. */
  standings(): BudgetStanding[] {
    const found = new Map<string, BudgetStanding>();
    for (const id of this.options.ctx.log.openSessions())
      for (const one of this.standing(id)) found.set(`${one.scope} ${one.id}`, one);
    return [...found.values()];
  }

  /** Throws `Failure` REJECTED without an amount, and for a budget that no session under way counts to. */
  override({ commandId, scope, id, usd = 0, tokens = 0, by }: OverrideInput): void {
    const { ctx, db, clock, logger } = this.options;
    if (usd === 0 && tokens === 0) throw rejected('Say by how much: an amount in US dollars, or tokens.');
    ctx.log.transaction(() =>
      ctx.done.once('budget.override', { commandId, scope, id, usd, tokens }, () => {
        const counting = ctx.log
          .openSessions()
          .map((one) => ctx.log.requireState(one))
          .flatMap((state) => this.options.scopes(state).map((one) => ({ state, one })))
          .filter(({ one }) => one.kind === scope && one.id === id);
        const [first] = counting;
        if (!first) throw rejected(`No session under way counts to a budget of ${scope} ${id}. See: agor budget`);
        const period = periodOf(scope, clock.now());
        db.raw
          .query(
            'INSERT INTO budget_overrides (id, scope, scope_id, period, usd, tokens, by, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
          )
          .run(commandId, scope, id, period, usd, tokens, by, clock.now());
        for (const { state } of counting) ctx.log.append(state.id, [overrideNotice(first.one, by, usd, tokens)]);
        return null;
      }),
    );
    logger.info('a budget was overridden', { scope, id, usd, tokens, by });
    this.release();
  }

  /** Lets go what is within its budgets again. */
  release(): void {
    const { ctx } = this.options;
    for (const id of [...this.#held]) {
      const state = ctx.log.requireState(id);
      if (!this.mayPrompt(state)) continue;
      this.#held.delete(id);
      this.#interrupted.delete(id);
      ctx.log.transaction(() => sendNext(ctx, id, false));
    }
  }

  #take(changes: readonly SessionChange[]): void {
    for (const { sessionId } of changes) this.#ledger.catchUp(sessionId);
    for (const { sessionId } of changes) this.#check(this.options.ctx.log.requireState(sessionId));
  }

  #check(state: SessionState): void {
    const scopes = this.options.scopes(state);
    if (scopes.length === 0) return;
    const standings = this.#standings(state, scopes, NOTHING);
    for (const standing of standings) if (standing.level !== 'free') this.#tellSoft(state, standing);
    const over = standings.find(({ level }) => level === 'hard');
    if (over) this.#stop(state, over);
  }

  #stop(state: SessionState, over: BudgetStanding): void {
    const { ctx } = this.options;
    const { id } = state;
    if (!this.#held.has(id) && (isBusy(state) || state.queue.length > 0)) {
      this.#held.add(id);
      ctx.log.transaction(() => ctx.log.append(id, [hardNotice(over)]));
    }
    const turn = state.turn?.id ?? state.inFlight[0]?.id;
    if (turn === undefined || this.#interrupted.get(id) === turn) return;
    this.#interrupted.set(id, turn);
    interrupt(ctx, { commandId: newId(CommandId), sessionId: id, by: 'budget' });
  }

  /** Once in a period. */
  #tellSoft(state: SessionState, standing: BudgetStanding): void {
    const { ctx, db } = this.options;
    const { scope, id, period, limit } = standing;
    if (limit.softUsd === undefined && limit.softTokens === undefined) return;
    ctx.log.transaction(() => {
      const told = db.raw
        .query('INSERT OR IGNORE INTO budget_notices (scope, scope_id, period) VALUES (?, ?, ?)')
        .run(scope, id, period);
      if (told.changes > 0) ctx.log.append(state.id, [softNotice(standing)]);
    });
  }

  #standings(state: SessionState, scopes: readonly BudgetScope[], ahead: Spent): BudgetStanding[] {
    const now = this.options.clock.now();
    return scopes.map((scope) => {
      const period = periodOf(scope.kind, now);
      const sessionId = scope.kind === 'session' ? state.id : undefined;
      const spent = this.#ledger.sum({
        ...(sessionId === undefined ? { month: period } : { sessionId }),
        ...(scope.projectIds ? { projectIds: scope.projectIds } : {}),
      });
      return standingOf(scope, period, add(spent, ahead), this.#added(scope, period));
    });
  }

  #added({ kind, id }: BudgetScope, period: string): { usd: number; tokens: number } {
    const row = this.options.db.raw
      .query<{ usd: number; tokens: number }, [string, string, string]>(
        `SELECT coalesce(sum(usd), 0) AS usd, coalesce(sum(tokens), 0) AS tokens FROM budget_overrides
          WHERE scope = ? AND scope_id = ? AND period = ?`,
      )
      .get(kind, id, period);
    return row ?? { usd: 0, tokens: 0 };
  }

  /** Sessions whose log is longer than what was counted of it. */
  #behind(): SessionId[] {
    return this.options.db.raw
      .query<{ id: string }, []>(
        `SELECT s.id FROM sessions s LEFT JOIN spending_meters m ON m.session_id = s.id
          WHERE m.session_id IS NULL OR json_extract(m.json, '$.seq') < s.snapshot_seq`,
      )
      .all()
      .map(({ id }) => SessionId.parse(id));
  }
}
