import type { BodyOf, BudgetStanding } from '@agor/protocol';

type Notice = BodyOf<'notice'>;

export function softNotice(standing: BudgetStanding): Notice {
  const message = `The soft limit of ${name(standing)} is reached: ${spentOf(standing)}.`;
  return { kind: 'notice', level: 'warning', code: 'budget-soft', message };
}

export function hardNotice(standing: BudgetStanding): Notice {
  const { scope, id } = standing;
  const message = `The hard limit of ${name(standing)} is reached: ${spentOf(standing)}. What ran was interrupted, and no prompt goes out. To let it go on once: agor budget override ${scope} ${id} --usd 1 (or --tokens 100000); or raise the limit.`;
  return { kind: 'notice', level: 'error', code: 'budget-hard', message };
}

/** `usd` and `tokens`: what was added to the limits. */
export function overrideNotice(standing: BudgetStanding, by: string, usd: number, tokens: number): Notice {
  const more = [...(usd > 0 ? [money(usd)] : []), ...(tokens > 0 ? [`${Math.round(tokens)} tokens`] : [])].join(
    ' and ',
  );
  const message = `${by} let ${name(standing)} go on: its hard limit is ${more} higher, this once.`;
  return { kind: 'notice', level: 'info', code: 'budget-override', message };
}

/** Why a session does not go on, in one line: "The budget of the project X is reached: $5.02 of $5.00". */
export function reachedText(standing: BudgetStanding): string {
  const { spentUsd, spentTokens, limit, addedUsd, addedTokens } = standing;
  const parts = [
    ...(limit.hardUsd !== undefined && spentUsd >= limit.hardUsd + addedUsd
      ? [`${money(spentUsd)} of ${money(limit.hardUsd + addedUsd)}`]
      : []),
    ...(limit.hardTokens !== undefined && spentTokens >= limit.hardTokens + addedTokens
      ? [`${Math.round(spentTokens)} of ${limit.hardTokens + addedTokens} tokens`]
      : []),
  ];
  return `The budget of ${name(standing)} is reached: ${parts.join(' and ')}`;
}

/** For an agent that a budget interrupted. */
export const GO_ON =
  'You were interrupted because a budget was used up. The person let it go on: continue where you stopped.';

function name({ label, period }: BudgetStanding): string {
  return period === '' ? label : `${label} in ${period}`;
}

function spentOf({ spentUsd, spentTokens, unpricedTokens, limit }: BudgetStanding): string {
  const parts = [`${money(spentUsd)} and ${Math.round(spentTokens)} tokens are spent, running turns as estimated`];
  const inMoney = limit.softUsd !== undefined || limit.hardUsd !== undefined;
  if (inMoney && unpricedTokens > 0)
    parts.push(
      `of ${Math.round(unpricedTokens)} tokens agor does not know the price, so only limits in tokens hold them`,
    );
  return parts.join('; ');
}

function money(usd: number): string {
  return `$${usd.toFixed(usd < 1 ? 4 : 2)}`;
}
