import { z } from 'zod';
import { BudgetOverride, BudgetQuery, BudgetStanding } from '../budget.ts';
import { base, command, done } from './base.ts';

export const budget = {
  /** How the budgets stand that have a limit: of one session, or all that count for sessions under way, and the month. */
  standing: base.input(BudgetQuery).output(z.array(BudgetStanding)),
  /** Lets a budget go on past its hard limit by an amount, once; it is logged who said so. REJECTED without an amount or a limit. */
  override: base.input(command.extend(BudgetOverride.shape)).output(done),
};
