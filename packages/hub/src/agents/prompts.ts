import type { PromptId, SessionEventBody, SessionState } from '@agor/protocol';
import { isBusy } from '@agor/session';
import type { AgentContext } from '../agent-context/index.ts';
import { notFound, rejected } from '../failure.ts';
import { askOfPrompt } from './answer-prompt.ts';
import type { SessionCommand } from './control.ts';
import { sendNext, sendPrompt } from './send-next.ts';

export type PromptCommand = SessionCommand & { readonly promptId: PromptId };

/** Changes a prompt that still waits in the queue. */
export function editPrompt(ctx: AgentContext, input: PromptCommand & { readonly text: string }): void {
  const { commandId, sessionId, promptId, text } = input;
  ctx.log.transaction(() =>
    ctx.done.once('agent.editPrompt', { commandId, sessionId, promptId, text }, () => {
      const state = ctx.log.requireState(sessionId);
      if (!isQueued(state, promptId)) throw tooLate(state, promptId);
      if (text.trim() === '') throw rejected('The prompt would be empty. To take it back, cancel it.');
      ctx.log.append(sessionId, [{ kind: 'promptEdited', promptId, text }]);
      return null;
    }),
  );
}

/** Takes back a prompt that waits in the queue, or forgets one that did not arrive. */
export function cancelPrompt(ctx: AgentContext, { commandId, sessionId, promptId }: PromptCommand): void {
  ctx.log.transaction(() =>
    ctx.done.once('agent.cancelPrompt', { commandId, sessionId, promptId }, () => {
      const state = ctx.log.requireState(sessionId);
      if (!isQueued(state, promptId) && !undelivered(state, promptId)) throw tooLate(state, promptId);
      ctx.log.append(sessionId, [{ kind: 'promptCancelled', promptId }, ...askAgain(state, promptId)]);
      return null;
    }),
  );
}

/** Sends a prompt again that failed or may not have arrived: at once when the agent is free, else after what waits. */
export function resendPrompt(ctx: AgentContext, { commandId, sessionId, promptId }: PromptCommand): void {
  ctx.log.transaction(() =>
    ctx.done.once('agent.resendPrompt', { commandId, sessionId, promptId }, () => {
      const state = ctx.log.requireState(sessionId);
      const again = undelivered(state, promptId);
      if (!again) throw tooLate(state, promptId);
      // Of a stop that is under way the queue gets the end first, see `sendNext`.
      if (!state.stopping) ctx.log.setHold(sessionId, 'none');
      if (state.limit) ctx.log.append(sessionId, [{ kind: 'limitLifted' }]);
      if (!isBusy(state) && !state.stopping && ctx.run.mayPrompt?.(state) !== false) {
        sendPrompt(ctx, sessionId, promptId);
      } else {
        ctx.log.append(sessionId, [
          { kind: 'promptCancelled', promptId },
          { kind: 'promptQueued', prompt: again },
        ]);
        sendNext(ctx, sessionId, true);
      }
      return null;
    }),
  );
}

/** The prompt carried the answer to a lapsed ask: without it the ask waits for an answer again. */
function askAgain(state: SessionState, promptId: PromptId): SessionEventBody[] {
  const askId = askOfPrompt(promptId);
  const answered = state.asks.some((a) => a.ask.id === askId && a.status === 'answered');
  return askId !== null && answered ? [{ kind: 'askLapsed', askId }] : [];
}

function isQueued(state: SessionState, promptId: PromptId): boolean {
  return state.queue.some((p) => p.id === promptId);
}

function undelivered(state: SessionState, promptId: PromptId) {
  return state.undelivered.find((u) => u.prompt.id === promptId)?.prompt;
}

function tooLate(state: SessionState, promptId: PromptId) {
  return state.inFlight.some((p) => p.id === promptId) || state.turn?.promptId === promptId
    ? rejected('The agent has this prompt already; interrupt it to change course.')
    : notFound(`No such prompt waits in this session: ${promptId}.`);
}
