import type { Budgets, GroupsFile, Prices, SessionState } from '@agor/protocol';
import { type BudgetScope, overviewScopes, scopesOf } from './scopes.ts';

/** The budgets with a limit that a session counts to. */
export type ScopesOf = (session: Pick<SessionState, 'id' | 'projectId' | 'title'>) => readonly BudgetScope[];

/** What the keeper has to keep, read anew each time, and where it writes down what a person decided. */
export interface BudgetRules {
  readonly scopesOf: ScopesOf;
  /** Those of projects, groups and the month, whether anything is under way there or not. */
  readonly overview: () => readonly BudgetScope[];
  readonly prices: () => Prices;
  /** For the team's audit log; `projectId` null: of no project. */
  readonly audit: (projectId: string | null, detail: string) => void;
}

/** Nothing is limited. */
export const NO_BUDGETS: BudgetRules = {
  scopesOf: () => [],
  overview: () => [],
  prices: () => ({}),
  audit: () => {},
};

export function budgetRules(from: {
  readonly budgets: () => Budgets;
  readonly prices: () => Prices;
  readonly groups: () => GroupsFile;
  readonly audit: BudgetRules['audit'];
}): BudgetRules {
  return {
    scopesOf: (session) => scopesOf(session, from.budgets(), from.groups()),
    overview: () => overviewScopes(from.budgets(), from.groups()),
    prices: from.prices,
    audit: from.audit,
  };
}
