import { BudgetScopeKind, type BudgetStanding, CommandId, newId } from '@agor/protocol';
import type { AgorPaths } from '@agor/runtime';
import { ensureHub } from '../ensure-hub.ts';
import { EXIT, Failure } from '../failure.ts';
import { cleanLine } from '../render.ts';

/** `agor budget`: how the budgets stand, of projects, groups, the month and sessions under way. */
export async function budgetShow(paths: AgorPaths, options: { json?: boolean }): Promise<void> {
  using hub = await ensureHub(paths);
  const standings = await hub.client.budget.standing({});
  if (options.json) return void process.stdout.write(`${JSON.stringify(standings)}\n`);
  if (standings.length === 0)
    process.stdout.write(
      'Nothing is limited. Set a budget: agor config set budgets \'{"month":{"softUsd":40,"hardUsd":50}}\'\n',
    );
  for (const one of standings) process.stdout.write(`${lineOf(one)}\n`);
}

/** `agor budget override`: lets a budget go on past its hard limit by an amount, once. */
export async function budgetOverride(
  paths: AgorPaths,
  scope: string,
  id: string | undefined,
  { usd, tokens, goOn = false }: { usd?: string; tokens?: string; goOn?: boolean },
): Promise<void> {
  const kind = BudgetScopeKind.safeParse(scope).data;
  if (!kind) throw new Failure(`A budget is of one of: ${BudgetScopeKind.options.join(', ')}.`, EXIT.usage);
  if (usd === undefined && tokens === undefined)
    throw new Failure('Say by how much: --usd 5, or --tokens 100000.', EXIT.usage);
  const amount = { ...(usd ? { usd: numberOf(usd) } : {}), ...(tokens ? { tokens: numberOf(tokens) } : {}) };
  using hub = await ensureHub(paths);
  const budget = { scope: kind, id: id ?? 'all', goOn };
  await hub.client.budget.override({ commandId: newId(CommandId), ...budget, ...amount, by: 'cli' });
}

function numberOf(text: string): number {
  const number = Number(text);
  if (Number.isFinite(number) && number > 0) return number;
  throw new Failure(`An amount is a number above 0; it was: ${text}`, EXIT.usage);
}

function lineOf(one: BudgetStanding): string {
  const { scope, id, label, period, spentUsd, spentTokens, unpricedTokens, limit, addedUsd, addedTokens, level } = one;
  const usd = limit.hardUsd === undefined ? '' : ` of $${(limit.hardUsd + addedUsd).toFixed(2)}`;
  const tokens = limit.hardTokens === undefined ? '' : ` of ${limit.hardTokens + addedTokens}`;
  const unknown = unpricedTokens > 0 ? ` (price of ${Math.round(unpricedTokens)} unknown)` : '';
  const state = { free: 'within', soft: 'soft limit reached', hard: 'STOPPED' }[level];
  // Running turns are in it as they are estimated.
  const spent = `≈$${spentUsd.toFixed(2)}${usd}, ${Math.round(spentTokens)}${tokens} tokens${unknown}`;
  return cleanLine(`${scope} ${id}  ${label}${period === '' ? '' : ` in ${period}`}  ${spent}  ${state}`);
}
