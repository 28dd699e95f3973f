import { CommandId, newId, type SessionId, type SessionState } from '@agor/protocol';
import type { Clock, Timer } from '@agor/runtime';
import { isBusy } from '@agor/session';
import { type AgentContext, interrupt, stop } from '../agents/index.ts';

/** How long an agent may take to heed an interrupt before its process is ended with everything it started, in ms. */
const INSIST_AFTER_MS = 20_000;
const BY = 'budget';

interface Interrupted {
  /** The turn, or the prompt that is on its way to be one. */
  readonly what: string;
  readonly insisting: Timer;
}

/**
 * Ends what a session has under way: a turn by an interrupt, once; what goes on beside a turn (subagents in the background), or in spite of
 * the interrupt, by the end of the agent's process. The conversation goes on with the next prompt.
 */
export class Stopper implements Disposable {
  readonly #interrupted = new Map<SessionId, Interrupted>();

  constructor(
    private readonly ctx: AgentContext,
    private readonly clock: Clock,
  ) {}

  [Symbol.dispose](): void {
    for (const { insisting } of this.#interrupted.values()) insisting.cancel();
    this.#interrupted.clear();
  }

  /** Whether anything of the session can still spend. */
  hasWork(state: SessionState): boolean {
    return isBusy(state) || hasBackground(state);
  }

  stop(state: SessionState): void {
    const { id } = state;
    const what = state.turn?.id ?? state.inFlight[0]?.id;
    if (what === undefined) {
      if (hasBackground(state) && !state.stopping) this.#end(id);
      return;
    }
    if (state.stopping || this.#interrupted.get(id)?.what === what) return;
    this.forget(id);
    const insisting = this.clock.setTimeout(() => this.#insist(id, what), INSIST_AFTER_MS);
    this.#interrupted.set(id, { what, insisting });
    interrupt(this.ctx, { commandId: newId(CommandId), sessionId: id, by: BY });
  }

  forget(id: SessionId): void {
    this.#interrupted.get(id)?.insisting.cancel();
    this.#interrupted.delete(id);
  }

  #insist(id: SessionId, what: string): void {
    const state = this.ctx.log.state(id);
    if (!state || (state.turn?.id ?? state.inFlight[0]?.id) !== what) return;
    this.#end(id);
  }

  #end(id: SessionId): void {
    // The queue is held by the budget itself.
    stop(this.ctx, { commandId: newId(CommandId), sessionId: id, by: BY }, { holdQueue: false });
  }
}

function hasBackground({ process, subagents }: SessionState): boolean {
  return process !== null && subagents.some(({ state }) => state === 'running');
}
