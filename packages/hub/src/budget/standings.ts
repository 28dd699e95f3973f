import type { BudgetScopeKind, BudgetStanding, SessionState } from '@agor/protocol';
import type { Clock } from '@agor/runtime';
import type { HubDatabase } from '../database/index.ts';
import type { Ledger } from './ledger.ts';
import { add, NOTHING, type Spent } from './meter.ts';
import type { BudgetRules } from './rules.ts';
import { type BudgetScope, periodOf, periodTime, standingOf } from './scopes.ts';

/** How budgets stand, by the ledger, the overrides and the limits of this moment. */
export class Standings {
  constructor(
    private readonly db: HubDatabase,
    private readonly ledger: Ledger,
    private readonly rules: BudgetRules,
    private readonly clock: Clock,
  ) {}

  /** Those that a session counts to. `ahead`: what it spent beyond what the ledger has counted. */
  of(state: SessionState, ahead: Spent = NOTHING): BudgetStanding[] {
    return this.rules.scopesOf(state).map((scope) => this.#standing(scope, ahead));
  }

  /** Of projects, groups and the month. */
  overview(): BudgetStanding[] {
    return this.rules.overview().map((scope) => this.#standing(scope, NOTHING));
  }

  period(kind: BudgetScopeKind): string {
    return periodOf(kind, periodTime(this.clock.now(), this.ledger.newestDay()));
  }

  #standing(scope: BudgetScope, ahead: Spent): BudgetStanding {
    const period = this.period(scope.kind);
    const spent = this.ledger.sum({
      ...(scope.kind === 'session' ? { sessionId: scope.id } : { month: period }),
      ...(scope.projectIds ? { projectIds: scope.projectIds } : {}),
    });
    return standingOf(scope, period, add(spent, ahead), this.#added(scope, period));
  }

  #added({ kind, id }: BudgetScope, period: string): { usd: number; tokens: number } {
    const row = this.db.raw
      .query<{ usd: number; tokens: number }, [string, string, string]>(
        `SELECT coalesce(sum(usd), 0) AS usd, coalesce(sum(tokens), 0) AS tokens FROM budget_overrides
          WHERE scope = ? AND scope_id = ? AND period = ?`,
      )
      .get(kind, id, period);
    return row ?? { usd: 0, tokens: 0 };
  }
}
