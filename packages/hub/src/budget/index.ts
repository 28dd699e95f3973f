export { BudgetKeeper } from './keeper.ts';
export { type BudgetRules, budgetRules, NO_BUDGETS, type ScopesOf } from './rules.ts';
