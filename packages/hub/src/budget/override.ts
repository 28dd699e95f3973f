import type { BudgetScopeKind, BudgetStanding } from '@agor/protocol';
import { rejected } from '../failure.ts';

export interface Amounts {
  readonly usd: number;
  readonly tokens: number;
}

/**
 * What has to be added to the hard limits so that a budget can go on by `usd` and `tokens` from now on: where more than the limit is spent
 * already, that too. Throws `Failure` REJECTED for an amount of what is not limited.
 */
export function amountsFor(standing: BudgetStanding, { usd, tokens }: Amounts): Amounts {
  const { limit, spentUsd, spentTokens, addedUsd, addedTokens, label } = standing;
  const useful = (usd > 0 && limit.hardUsd !== undefined) || (tokens > 0 && limit.hardTokens !== undefined);
  if (!useful) {
    const what = limit.hardUsd !== undefined ? 'an amount in US dollars' : 'tokens';
    const none = limit.hardUsd === undefined && limit.hardTokens === undefined;
    throw rejected(none ? `There is no hard limit for ${label}.` : `The limit of ${label} asks for ${what}.`);
  }
  const over = (spent: number, hard: number | undefined, added: number) =>
    hard === undefined ? 0 : Math.max(0, spent - hard - added);
  return {
    usd: usd === 0 ? 0 : usd + over(spentUsd, limit.hardUsd, addedUsd),
    tokens: tokens === 0 ? 0 : Math.ceil(tokens + over(spentTokens, limit.hardTokens, addedTokens)),
  };
}

export function isBudget(standing: BudgetStanding, kind: BudgetScopeKind, id: string): boolean {
  return standing.scope === kind && standing.id === id;
}
