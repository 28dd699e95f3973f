export { BudgetKeeper, type ScopesOf } from './keeper.ts';
export { scopesOf } from './scopes.ts';
