import type { SessionState } from '@agor/protocol';
import type { AgentContext } from '../agent-context/index.ts';
import { rejected } from '../failure.ts';
import type { PromptCommand } from './prompts.ts';
import { sendPrompt } from './send-next.ts';

/**
 * Whether a prompt can go into the turn that runs. Should that end before the agent has the prompt, it becomes the prompt of a turn of
 * its own; so nothing else is handed out until the agent has it.
 */
export function maySteer(ctx: AgentContext, state: SessionState): boolean {
  return state.turn !== null && !state.stopping && canSteer(ctx, state) && ctx.run.mayPrompt?.(state) !== false;
}

/** Puts a queued prompt, whatever is ahead of it, into the turn that runs. Throws REJECTED where the provider can't, or when none runs. */
export function steerPrompt(ctx: AgentContext, { commandId, sessionId, promptId }: PromptCommand): void {
  ctx.log.transaction(() =>
    ctx.done.once('agent.steerPrompt', { commandId, sessionId, promptId }, () => {
      const state = ctx.log.requireState(sessionId);
      if (!state.queue.some((p) => p.id === promptId))
        throw rejected('This prompt does not wait in the queue any more.');
      if (!canSteer(ctx, state))
        throw rejected(`${labelOf(ctx, state)} takes no prompt while it works; this one goes out after the turn.`);
      if (!maySteer(ctx, state)) throw rejected('No turn runs that this prompt could go into.');
      sendPrompt(ctx, sessionId, promptId, { steer: true });
      return null;
    }),
  );
}

function canSteer(ctx: AgentContext, state: SessionState): boolean {
  return ctx.run.provider(state.provider, state.projectId)?.capabilities.steer ?? false;
}

function labelOf(ctx: AgentContext, state: SessionState): string {
  return ctx.run.provider(state.provider, state.projectId)?.label ?? state.provider;
}
