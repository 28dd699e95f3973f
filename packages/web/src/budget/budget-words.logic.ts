import { BudgetLimit, type BudgetStanding } from '@agor/protocol';
import { count } from '../ui/format.ts';

/** To the cent, because a limit is: "$5.02". */
export function exact(usd: number): string {
  return `$${usd.toFixed(2)}`;
}

/** How one limit of a budget stands: in money, or in tokens. */
export interface Gauge {
  /** "≈ $4.10 of $5.00". Running turns are in it as they are estimated. */
  readonly text: string;
  /** Of the hard limit; of the soft one where there is no other. */
  readonly percent: number;
  /** Where the soft limit lies, in percent of the bar; null when there is none, or no other. */
  readonly softAt: number | null;
  readonly tone: 'green' | 'peach' | 'red';
}

export function gaugesOf({ limit, addedUsd, addedTokens, spentUsd, spentTokens }: BudgetStanding): Gauge[] {
  return [
    ...gauge(spentUsd, limit.softUsd, plus(limit.hardUsd, addedUsd), exact),
    ...gauge(spentTokens, limit.softTokens, plus(limit.hardTokens, addedTokens), (n) => `${count(n)} tokens`),
  ];
}

function gauge(
  spent: number,
  soft: number | undefined,
  hard: number | undefined,
  say: (amount: number) => string,
): Gauge[] {
  const whole = hard ?? soft;
  if (whole === undefined) return [];
  const tone = hard !== undefined && spent >= hard ? 'red' : soft !== undefined && spent >= soft ? 'peach' : 'green';
  const text = `≈ ${say(spent)} of ${say(whole)}`;
  const softAt = soft !== undefined && hard !== undefined ? Math.min(100, Math.round((soft / hard) * 100)) : null;
  return [{ text, percent: Math.min(100, Math.round((spent / whole) * 100)), softAt, tone }];
}

function plus(limit: number | undefined, more: number): number | undefined {
  return limit === undefined ? undefined : limit + more;
}

/** "the project web-shop in 2026-11" → "The project web-shop"; the period stands beside it. */
export function nameOf({ label }: Pick<BudgetStanding, 'label'>): string {
  return label.charAt(0).toUpperCase() + label.slice(1);
}

/** "this month" for the running one. */
export function periodText({ period }: Pick<BudgetStanding, 'period'>, now: number): string {
  if (period === '') return 'as long as it lives';
  return period === new Date(now).toISOString().slice(0, 7) ? 'this month' : period;
}

/** What reached its limit: "$5.02 of $5.00", "120 k of 100 k tokens". */
export function reachedText({ limit, addedUsd, addedTokens, spentUsd, spentTokens }: BudgetStanding): string {
  const usd = plus(limit.hardUsd, addedUsd);
  const tokens = plus(limit.hardTokens, addedTokens);
  return [
    ...(usd !== undefined && spentUsd >= usd ? [`${exact(spentUsd)} of ${exact(usd)}`] : []),
    ...(tokens !== undefined && spentTokens >= tokens ? [`${count(spentTokens)} of ${count(tokens)} tokens`] : []),
  ].join(' and ');
}

/** One way to let a budget go on. */
export interface Offer {
  readonly label: string;
  readonly usd?: number;
  readonly tokens?: number;
}

/** A fifth of the limit, and the limit again; rounded to what people say. */
export function offersOf(standing: BudgetStanding): Offer[] {
  const { limit, addedUsd, addedTokens, spentUsd, spentTokens } = standing;
  const usd = limit.hardUsd;
  const tokens = limit.hardTokens;
  const isUsd = usd !== undefined && spentUsd >= usd + addedUsd;
  const isTokens = tokens !== undefined && spentTokens >= tokens + addedTokens;
  return [0.2, 1].map((part) => {
    const money = isUsd ? { usd: round((usd ?? 0) * part, 0.01) } : {};
    const much = isTokens ? { tokens: round((tokens ?? 0) * part, 1) } : {};
    const words = [money.usd && said(money.usd), much.tokens && `${count(much.tokens)} tokens`].filter(Boolean);
    return { label: words.join(' and '), ...money, ...much };
  });
}

function said(usd: number): string {
  return Number.isInteger(usd) ? `$${usd}` : exact(usd);
}

/** Up to the next 1, 2 or 5 of its order. */
function round(amount: number, least: number): number {
  const order = 10 ** Math.floor(Math.log10(Math.max(amount, least)));
  const step = [1, 2, 5, 10].find((one) => one * order >= amount - 1e-9) ?? 10;
  return Math.max(least, Number((step * order).toPrecision(6)));
}

/** A limit as it is written in a form; empty is none. */
export interface LimitDraft {
  softUsd: string;
  hardUsd: string;
  softTokens: string;
  hardTokens: string;
}
export const LIMIT_FIELDS = ['softUsd', 'hardUsd', 'softTokens', 'hardTokens'] as const;

export function limitDraft(limit: BudgetLimit | undefined): LimitDraft {
  const text = (amount: number | undefined) => (amount === undefined ? '' : String(amount));
  return {
    softUsd: text(limit?.softUsd),
    hardUsd: text(limit?.hardUsd),
    softTokens: text(limit?.softTokens),
    hardTokens: text(limit?.hardTokens),
  };
}

const WORDS: Readonly<Record<string, string>> = {
  'softUsd must not be above hardUsd': 'The warning must not be above the stop, in dollars.',
  'softTokens must not be above hardTokens': 'The warning must not be above the stop, in tokens.',
};
const NAMES: Readonly<Record<string, string>> = {
  softUsd: 'Warn at, in dollars',
  hardUsd: 'Stop at, in dollars',
  softTokens: 'Warn at, in tokens',
  hardTokens: 'Stop at, in tokens',
};

/** What was written, or what is wrong with it; null as a limit: none at all. */
export function readLimit(draft: LimitDraft): { limit: BudgetLimit | null } | { problem: string } {
  const amounts = LIMIT_FIELDS.flatMap((field) => {
    const text = draft[field].trim().replaceAll(/[\s_$]/g, '');
    return text === '' ? [] : [[field, numberOf(text)] as const];
  });
  if (amounts.length === 0) return { limit: null };
  const read = BudgetLimit.safeParse(Object.fromEntries(amounts));
  if (read.success) return { limit: read.data };
  const [issue] = read.error.issues;
  const field = String(issue?.path[0] ?? '');
  return { problem: WORDS[issue?.message ?? ''] ?? `${NAMES[field] ?? 'The limit'}: a number above 0.` };
}

/** "1.5M" and "300k" are how tokens are said. */
function numberOf(text: string): number {
  const [, digits = '', unit = ''] = text.match(/^([\d.,]+)([kM]?)$/) ?? [];
  const factor = unit === 'k' ? 1_000 : unit === 'M' ? 1_000_000 : 1;
  return digits === '' ? Number.NaN : Math.round(Number(digits.replace(',', '.')) * factor * 1e6) / 1e6;
}
