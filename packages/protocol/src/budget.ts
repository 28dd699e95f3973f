import { z } from 'zod';
import { SessionId } from './ids.ts';

/** US dollars. */
const Usd = z.number().positive().max(1_000_000);
/** Tokens that went into and came out of models, cached or not. */
const Tokens = z.number().int().positive().max(1_000_000_000_000);

/** `soft`: the person is told. `hard`: what runs is interrupted, and nothing goes out until they say so. What is absent is without limit. */
export const BudgetLimit = z
  .strictObject({
    softUsd: Usd.optional(),
    hardUsd: Usd.optional(),
    softTokens: Tokens.optional(),
    hardTokens: Tokens.optional(),
  })
  .refine(({ softUsd, hardUsd }) => softUsd === undefined || hardUsd === undefined || softUsd <= hardUsd, {
    message: 'softUsd must not be above hardUsd',
  })
  .refine(
    ({ softTokens, hardTokens }) => softTokens === undefined || hardTokens === undefined || softTokens <= hardTokens,
    { message: 'softTokens must not be above hardTokens' },
  );
export type BudgetLimit = z.infer<typeof BudgetLimit>;

/**
 * The setting `budgets`. `session`: each session, for as long as it lives. `project` and `group`: each of them, in a calendar month (UTC),
 * unless it has a limit of its own. `month`: everything together, in a calendar month.
 */
export const Budgets = z.strictObject({
  session: BudgetLimit.optional(),
  project: BudgetLimit.optional(),
  group: BudgetLimit.optional(),
  month: BudgetLimit.optional(),
});
export type Budgets = z.infer<typeof Budgets>;

export const BudgetScopeKind = z.enum(['session', 'project', 'group', 'month']);
export type BudgetScopeKind = z.infer<typeof BudgetScopeKind>;

/** How one budget stands in its running period. */
export const BudgetStanding = z.object({
  scope: BudgetScopeKind,
  /** Of the session, project or group; `all` for the month. */
  id: z.string(),
  label: z.string(),
  /** `2026-11`; empty for a session, whose budget is for as long as it lives. */
  period: z.string(),
  /** Turns that still run are in it as they are estimated. */
  spentUsd: z.number(),
  spentTokens: z.number(),
  /** The part of `spentTokens` whose price nobody told and agor does not know: it is not in `spentUsd`. */
  unpricedTokens: z.number(),
  limit: BudgetLimit,
  /** What overrides have added to the hard limits in this period. */
  addedUsd: z.number(),
  addedTokens: z.number(),
  level: z.enum(['free', 'soft', 'hard']),
});
export type BudgetStanding = z.infer<typeof BudgetStanding>;

/** A session that a hard limit stopped: the budget as it stood then. Until an override, a higher limit or a new period sets it free. */
export const BudgetHold = BudgetStanding.extend({
  /** A turn was interrupted: when the budget goes on, so can it. */
  interrupted: z.boolean(),
  /** The person saw it and leaves the session stopped. */
  left: z.boolean(),
});
export type BudgetHold = z.infer<typeof BudgetHold>;

/** Lets one budget go on by so much, once, in its running period: from its limit on, or from what is spent where that is more. */
export const BudgetOverride = z.object({
  scope: BudgetScopeKind,
  /** Of the session, project or group; for the month it may be left out. */
  id: z.string().min(1).max(200).default('all'),
  usd: Usd.optional(),
  tokens: Tokens.optional(),
  by: z.string().min(1).max(100).default('web'),
  /** Turns that this budget interrupted go on: their agents are told so, unless a prompt waits for them or they were left stopped. */
  goOn: z.boolean().default(false),
});
export type BudgetOverride = z.infer<typeof BudgetOverride>;

/** All budgets that something was spent on or that are set; with a session, those that it counts to. */
export const BudgetQuery = z.object({ sessionId: SessionId.optional() });
