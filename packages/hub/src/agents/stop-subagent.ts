import type { AgentContext } from '../agent-context/index.ts';
import { rejected } from '../failure.ts';
import type { SessionCommand } from './control.ts';
import { enqueue } from './send-next.ts';

/**
 * Ends one subagent, named by the call that started it; the session and its other subagents go on. Nothing happens when it runs no more.
 * Throws `Failure` REJECTED where the provider can't.
 */
export function stopSubagent(
  ctx: AgentContext,
  { commandId, sessionId, toolUseId }: Omit<SessionCommand, 'by'> & { readonly toolUseId: string },
): void {
  ctx.log.transaction(() =>
    ctx.done.once('agent.stopSubagent', { commandId, sessionId, toolUseId }, () => {
      const { provider, projectId, process, subagents } = ctx.log.requireState(sessionId);
      const known = ctx.run.provider(provider, projectId);
      if (!known?.capabilities.stopSubagents)
        throw rejected(`${known?.label ?? provider} can't stop one subagent alone. Stop the session instead.`);
      const runs = subagents.some((one) => one.toolUseId === toolUseId && one.state === 'running');
      if (process && runs) enqueue(ctx, { kind: 'stopSubagent', sessionId, toolUseId });
      return null;
    }),
  );
}
