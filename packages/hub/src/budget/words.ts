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

export function overrideNotice({ label }: { readonly label: string }, by: string, usd: number, tokens: number): Notice {
  const more = [...(usd > 0 ? [`${money(usd)}`] : []), ...(tokens > 0 ? [`${tokens} tokens`] : [])].join(' and ');
  return { kind: 'notice', level: 'info', code: 'budget-override', message: `${by} let ${label} go on by ${more}.` };
}

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
