import type { ToolOutcome, ToolRun } from '../tools/index.ts';
import type { Session } from './session.ts';

/** Puts a plan to the person. Approved, the session leaves plan mode for the one that they chose. */
export async function proposePlan(session: Session, plan: string, run: ToolRun): Promise<ToolOutcome> {
  const { ctx, permissions } = session;
  const answer = await ctx.ask(
    { kind: 'plan', toolUseId: run.toolUseId, title: 'Approve the plan?', plan },
    run.signal,
  );
  if (answer.kind !== 'plan' || answer.decision === 'reject') {
    const why = answer.kind === 'plan' && answer.message ? `: ${answer.message}` : '.';
    return { output: `The plan was not approved${why} Revise it, or ask.`, isError: true };
  }
  permissions.mode = answer.mode ?? 'default';
  ctx.info({ permissionMode: permissions.mode });
  const word = answer.message ? ` The person adds: ${answer.message}` : '';
  return { output: `The plan was approved. Carry it out now.${word}` };
}
