export { BudgetKeeper, type OverrideInput, type ScopesOf } from './keeper.ts';
export { scopesOf } from './scopes.ts';
