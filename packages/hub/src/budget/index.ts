export { BudgetKeeper } from './keeper.ts';
export { Meter, NEW_METER, step } from './meter.ts';
export { type BudgetRules, budgetRules, NO_BUDGETS, type ScopesOf } from './rules.ts';
