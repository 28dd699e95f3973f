import {
  type BudgetHold,
  type BudgetScopeKind,
  type BudgetStanding,
  CommandId,
  newId,
  PromptId,
  SessionId,
  type SessionState,
} from '@agor/protocol';
import type { Clock, Logger, Timer } from '@agor/runtime';
import { isBusy } from '@agor/session';
import type { AgentContext } from '../agent-context/index.ts';
import { query, sendNext } from '../agents/index.ts';
import type { HubDatabase } from '../database/index.ts';
import type { HubBus, SessionChange } from '../events/index.ts';
import { rejected } from '../failure.ts';
import { Ledger } from './ledger.ts';
import { amountsFor, isBudget } from './override.ts';
import type { BudgetRules } from './rules.ts';
import { Standings } from './standings.ts';
import { Stopper } from './stopper.ts';
import { GO_ON, hardNotice, overrideNotice, reachedText, softNotice } from './words.ts';

/** How often is looked whether a new month has freed what was held, in ms. */
const LOOK_EVERY_MS = 60_000;
/** How often the overview is told at most, in ms. */
const TELL_EVERY_MS = 500;

export interface KeeperOptions {
  readonly ctx: AgentContext;
  readonly db: HubDatabase;
  readonly bus: HubBus;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly rules: BudgetRules;
}

export interface OverrideInput {
  readonly commandId: CommandId;
  readonly scope: BudgetScopeKind;
  readonly id: string;
  readonly usd?: number | undefined;
  readonly tokens?: number | undefined;
  readonly by: string;
  readonly goOn?: boolean | undefined;
}

/**
 * Keeps budgets: counts what is spent with each commit, tells the person at a soft limit, and at a hard one stops what runs and lets no
 * prompt out until there is an override, a higher limit or a new period. That a session is held stands in its log.
 */
export class BudgetKeeper implements Disposable {
  readonly #ledger: Ledger;
  readonly #standings: Standings;
  readonly #stopper: Stopper;
  readonly #own = new DisposableStack();
  #telling: Timer | null = null;
  #told = '';

  constructor(private readonly options: KeeperOptions) {
    const { ctx, db, bus, clock, rules } = options;
    this.#ledger = new Ledger(db, ctx.log, rules.prices);
    this.#standings = new Standings(db, this.#ledger, rules, clock);
    this.#stopper = new Stopper(ctx);
    this.#own.use(bus.on('sessions', (changes) => this.#take(changes)));
    // A changed limit may hold or set free.
    this.#own.use(bus.on('settings', () => this.#reconsider()));
    this.#own.use(bus.on('groups', () => this.#reconsider()));
    const looking = clock.setInterval(() => this.#reconsider(), LOOK_EVERY_MS);
    this.#own.defer(() => looking.cancel());
    this.#own.defer(() => this.#telling?.cancel());
  }

  [Symbol.dispose](): void {
    this.#own.dispose();
  }

  /** Counts what was committed while nobody counted, and looks at what is under way. Before anything else goes on. */
  start(): void {
    const { ctx } = this.options;
    for (const id of this.#behind()) this.#ledger.catchUp(id, { keep: true });
    for (const id of ctx.log.openSessions()) this.#ledger.catchUp(id);
    this.#reconsider();
  }

  /** Counts all logs anew, by the prices of now. */
  rebuild(): void {
    this.#ledger.clear();
    for (const id of this.#behind()) this.#ledger.catchUp(id, { keep: true });
    this.#reconsider();
  }

  /** Whether a prompt may go out to this session now. Also right within a transaction of the log. */
  mayPrompt(state: SessionState): boolean {
    return this.#standings.of(state, this.#ledger.ahead(state.id)).every(({ level }) => level !== 'hard');
  }

  /** How the budgets stand that this session counts to. */
  standing(sessionId: SessionId): BudgetStanding[] {
    return this.#standings.of(this.options.ctx.log.requireState(sessionId));
  }

  /** Of projects, groups and the month. */
  overview(): BudgetStanding[] {
    return this.#standings.overview();
  }

  /** Of projects, groups, the month and all sessions under way, each budget once. */
  standings(): BudgetStanding[] {
    const found = new Map(this.overview().map((one) => [`${one.scope} ${one.id}`, one]));
    for (const id of this.options.ctx.log.openSessions())
      for (const one of this.standing(id)) found.set(`${one.scope} ${one.id}`, one);
    return [...found.values()];
  }

  /** Throws `Failure` REJECTED without an amount, and for a budget that is not limited. */
  override({ commandId, scope, id, usd = 0, tokens = 0, by, goOn = false }: OverrideInput): void {
    const { ctx, db, clock, logger } = this.options;
    if (usd === 0 && tokens === 0) throw rejected('Say by how much: an amount in US dollars, or tokens.');
    let told: { readonly projectId: string | null; readonly message: string } | null = null;
    ctx.log.transaction(() =>
      ctx.done.once('budget.override', { commandId, scope, id, usd, tokens }, () => {
        const standing = this.standings().find((one) => isBudget(one, scope, id));
        if (!standing) throw rejected(`There is no budget of ${scope} ${id}. See: agor budget`);
        const added = amountsFor(standing, { usd, tokens });
        db.raw
          .query(
            'INSERT INTO budget_overrides (id, scope, scope_id, period, usd, tokens, by, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
          )
          .run(commandId, scope, id, standing.period, added.usd, added.tokens, by, clock.now());
        const notice = overrideNotice(standing, by, added.usd, added.tokens);
        const counting = this.#open().filter((state) =>
          this.standing(state.id).some((one) => isBudget(one, scope, id)),
        );
        for (const state of counting) ctx.log.append(state.id, [notice]);
        told = { projectId: scope === 'project' ? id : (counting[0]?.projectId ?? null), message: notice.message };
        const stopped = counting.filter(({ budgetHold }) => budgetHold?.interrupted && !budgetHold.left);
        this.#release();
        if (goOn) for (const state of stopped) this.#goOn(state.id);
        return null;
      }),
    );
    if (told) this.#audit(told);
    logger.info('a budget was overridden', { scope, id, usd, tokens, by });
    this.#tellSoon();
  }

  /** The person leaves a session stopped: it needs nobody any more, until something is asked of it again. Throws `Failure` REJECTED. */
  leave({ commandId, sessionId, by }: { commandId: CommandId; sessionId: SessionId; by: string }): void {
    const { ctx } = this.options;
    ctx.log.transaction(() =>
      ctx.done.once('budget.leave', { commandId, sessionId }, () => {
        const { budgetHold, projectId } = ctx.log.requireState(sessionId);
        if (!budgetHold) throw rejected('No budget has stopped this session.');
        this.#append(sessionId, { ...budgetHold, left: true });
        ctx.log.afterCommit(() =>
          this.#audit({ projectId, message: `${by} leaves a session stopped. ${reachedText(budgetHold)}.` }),
        );
        return null;
      }),
    );
  }

  #open(): SessionState[] {
    const { log } = this.options.ctx;
    return log.openSessions().map((id) => log.requireState(id));
  }

  #take(changes: readonly SessionChange[]): void {
    for (const { sessionId, events } of changes) this.#ledger.catchUp(sessionId, { committed: events });
    for (const { sessionId, events } of changes) {
      const isAsked = events.some(({ kind }) => kind === 'promptQueued');
      if (events.some(({ kind }) => kind === 'processExited')) this.#stopper.forget(sessionId);
      this.#check(this.options.ctx.log.requireState(sessionId), isAsked);
    }
    this.#tellSoon();
  }

  /** All that is under way, by the limits and the period of now. */
  #reconsider(): void {
    for (const state of this.#open()) this.#check(state, false);
    this.options.ctx.log.transaction(() => this.#release());
    this.#tellSoon();
  }

  /** Lets go what is within its budgets again. Within a transaction. */
  #release(): void {
    const { ctx } = this.options;
    for (const state of this.#open()) {
      if (!state.budgetHold || !this.mayPrompt(state)) continue;
      this.#stopper.forget(state.id);
      ctx.log.append(state.id, [{ kind: 'resumed', budget: true }]);
      sendNext(ctx, state.id, false);
    }
  }

  #goOn(id: SessionId): void {
    const { ctx } = this.options;
    const { budgetHold, queue, ...state } = ctx.log.requireState(id);
    if (budgetHold || queue.length > 0 || isBusy({ ...state, budgetHold, queue })) return;
    const prompt = { id: newId(PromptId), text: GO_ON, images: [], source: 'agor' as const };
    query(ctx, { commandId: newId(CommandId), sessionId: id, prompt });
  }

  #check(state: SessionState, isAsked: boolean): void {
    const standings = this.#standings.of(state);
    for (const standing of standings) if (standing.level !== 'free') this.#tellSoft(state, standing);
    const over = standings.find(({ level }) => level === 'hard');
    if (over) this.#stop(state, over, isAsked);
  }

  #stop(state: SessionState, over: BudgetStanding, isAsked: boolean): void {
    const { ctx } = this.options;
    const isRunning = this.#stopper.hasWork(state);
    const { budgetHold: hold } = state;
    const isNews = !hold || !isBudget(hold, over.scope, over.id) || (hold.left && isAsked);
    if (isNews && (isRunning || state.queue.length > 0)) {
      ctx.log.transaction(() => {
        this.#append(state.id, { ...over, interrupted: isRunning || (hold?.interrupted ?? false), left: false });
        ctx.log.append(state.id, [hardNotice(over)]);
        this.#stopper.stop(state);
      });
      this.#audit({
        projectId: state.projectId,
        message: `${reachedText(over)}; the session "${state.title}" is stopped.`,
      });
    } else if (isRunning) this.#stopper.stop(state);
  }

  #append(id: SessionId, budget: BudgetHold): void {
    this.options.ctx.log.append(id, [{ kind: 'paused', reason: `${reachedText(budget)}.`, budget }]);
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

  /** The budget itself is kept where the audit is not written: another database, which may be busy. */
  #audit({ projectId, message }: { readonly projectId: string | null; readonly message: string }): void {
    try {
      this.options.rules.audit(projectId, message);
    } catch (error) {
      this.options.logger.error('the audit of a budget could not be written', { error, message });
    }
  }

  #tellSoon(): void {
    this.#telling ??= this.options.clock.setTimeout(() => {
      this.#telling = null;
      const budgets = this.overview();
      const told = JSON.stringify(budgets);
      if (told === this.#told) return;
      this.#told = told;
      this.options.bus.emit('budgets', budgets);
    }, TELL_EVERY_MS);
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
