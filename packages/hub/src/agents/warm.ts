import type { SessionState } from '@agor/protocol';
import { isBusy, isRestarting } from '@agor/session';
import type { AgentContext } from '../agent-context/index.ts';
import type { SessionCommand } from './control.ts';
import { enqueue, runOptions } from './send-next.ts';

/**
 * Someone is about to write: starts the agent's process ahead, where the setting `prewarm` says so and it can come up. Changes
 * nothing that a person sees but that there is a process; one that is not used is closed as every idle one is. Call it only
 * while the machine answers: later, nobody may be writing any more.
 */
export function warm(ctx: AgentContext, { commandId, sessionId }: SessionCommand): void {
  if (!ctx.run.policy(ctx.log.requireState(sessionId).projectId).prewarm) return;
  ctx.log.transaction(() =>
    ctx.done.once('agent.warm', { commandId, sessionId }, () => {
      const state = ctx.log.requireState(sessionId);
      if (!wantsWarmth(state)) return null;
      const { provider, projectId } = state;
      enqueue(ctx, { kind: 'open', sessionId, provider, projectId, warm: true, options: runOptions(ctx, state) });
      return null;
    }),
  );
}

/** Nothing runs, and nothing says that a start would fail or set something going that waits for the person. */
function wantsWarmth(state: SessionState): boolean {
  const isSick = isRestarting(state) || state.health.state === 'failed' || state.ended === 'failed';
  return (
    state.process === null && !isBusy(state) && !state.stopping && state.queue.length === 0 && !isSick && !state.limit
  );
}
