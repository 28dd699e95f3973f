import { z } from 'zod';
import { BudgetOverride, BudgetQuery, BudgetStanding } from '../budget.ts';
import { SessionId } from '../ids.ts';
import { base, command, done } from './base.ts';

export const budget = {
  /** How the budgets stand that have a limit: those that one session counts to; or all of projects, groups and the month, and of sessions under way. */
  standing: base.input(BudgetQuery).output(z.array(BudgetStanding)),
  /** Lets a budget go on past its hard limit by an amount, once; it is logged who said so. REJECTED without an amount or a limit. */
  override: base.input(command.extend(BudgetOverride.shape)).output(done),
  /** The person saw that a session is stopped and leaves it so: it needs nobody any more. REJECTED when no budget stopped it. */
  leave: base
    .input(command.extend({ sessionId: SessionId, by: z.string().min(1).max(100).default('web') }))
    .output(done),
};
