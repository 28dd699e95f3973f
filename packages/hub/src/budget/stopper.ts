import { CommandId, newId, type SessionId, type SessionState } from '@agor/protocol';
import { isBusy } from '@agor/session';
import type { AgentContext } from '../agent-context/index.ts';
import { interrupt, stop } from '../agents/index.ts';

const BY = 'budget';

/**
 * Ends what a session has under way: a turn by an interrupt, once; subagents that work in the background, which no interrupt reaches, by the
 * end of the agent's process. The conversation goes on with the next prompt. An agent that does not heed an interrupt is ended by its machine.
 */
export class Stopper {
  /** What was interrupted last: the turn, or the prompt that is on its way to be one. No larger than the sessions that were stopped. */
  readonly #interrupted = new Map<SessionId, string>();

  constructor(private readonly ctx: AgentContext) {}

  /** Whether anything of the session can still spend. */
  hasWork(state: SessionState): boolean {
    return isBusy(state) || runningAgents(state).length > 0;
  }

  stop(state: SessionState): void {
    const { id } = state;
    const turn = state.turn?.id ?? state.inFlight[0]?.id;
    const agents = runningAgents(state);
    if (agents.length > 0 && (turn === undefined || agents.some(({ background }) => background))) {
      // Also when the turn was interrupted before: it does not reach them. The queue is held by the budget itself.
      if (this.#interrupted.get(id) === ENDED) return;
      this.#interrupted.set(id, ENDED);
      stop(this.ctx, { commandId: newId(CommandId), sessionId: id, by: BY }, { holdQueue: false });
    } else if (turn !== undefined && !state.stopping && this.#interrupted.get(id) !== turn) {
      this.#interrupted.set(id, turn);
      interrupt(this.ctx, { commandId: newId(CommandId), sessionId: id, by: BY });
    }
  }

  /** The session goes on, or its process is gone: what comes next is stopped anew. */
  forget(id: SessionId): void {
    this.#interrupted.delete(id);
  }
}

const ENDED = 'the whole process';

function runningAgents({ process, subagents }: SessionState): SessionState['subagents'] {
  return process === null ? [] : subagents.filter(({ state }) => state === 'running');
}
