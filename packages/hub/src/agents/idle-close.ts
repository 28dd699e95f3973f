import type { ProjectId, SessionId, SessionState } from '@agor/protocol';
import type { Clock, Logger, Timer } from '@agor/runtime';
import type { AgentContext } from '../agent-context/index.ts';
import { enqueue } from './send-next.ts';

/** How often it is looked, in ms; a short setting is looked at more often. */
const LOOK_MAX_MS = 15_000;
const LOOK_MIN_MS = 100;
const MINUTE_MS = 60_000;

export interface IdleCloserOptions {
  readonly ctx: AgentContext;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Without the machine nobody knows what its agents do. */
  readonly linkIsUp: () => boolean;
}

/**
 * Ends agents that had nothing to do for the minutes of the setting `idle_close_minutes`: their processes take memory, and the
 * next prompt resumes the conversation by its provider's id. Time counts from the session's last event that this hub saw, by
 * the monotonic clock; so it begins anew with the hub, and a suspended computer closes nothing by itself.
 */
export class IdleCloser implements Disposable {
  /** Since when nothing was told of a session, and its log's length then. No larger than the open sessions. */
  readonly #quiet = new Map<SessionId, { readonly seq: number; readonly since: number }>();
  #timer: Timer;

  constructor(private readonly options: IdleCloserOptions) {
    this.#timer = options.clock.setTimeout(() => this.#look(), this.#lookEveryMs());
  }

  [Symbol.dispose](): void {
    this.#timer.cancel();
  }

  /** Of a session of this project; 0 = never. */
  #limitMs(projectId: ProjectId | null): number {
    return this.options.ctx.run.policy(projectId).idleCloseMinutes * MINUTE_MS;
  }

  /** As often as the shortest limit of the open sessions wants it. */
  #lookEveryMs(): number {
    const { log } = this.options.ctx;
    const projects = new Set(log.openSessions().map((id) => log.requireState(id).projectId));
    const limits = [null, ...projects].map((id) => this.#limitMs(id)).filter((limit) => limit > 0);
    return Math.max(LOOK_MIN_MS, Math.min(LOOK_MAX_MS, ...limits.map((limit) => limit / 4)));
  }

  #look(): void {
    this.#timer = this.options.clock.setTimeout(() => this.#look(), this.#lookEveryMs());
    if (!this.options.linkIsUp()) {
      this.#quiet.clear();
      return;
    }
    try {
      for (const state of this.#idle()) this.#close(state);
    } catch (error) {
      // A full disk: it is tried again at the next look.
      this.options.logger.error('an idle agent could not be closed', { error });
    }
  }

  /** Sessions that have been idle for long enough. */
  #idle(): SessionState[] {
    const { ctx, clock } = this.options;
    const now = clock.monotonic();
    const states = ctx.log.openSessions().map((id) => ctx.log.requireState(id));
    const idle = states.filter((state) => hasNothingToDo(state) && this.#limitMs(state.projectId) > 0);
    const ids = new Set(idle.map(({ id }) => id));
    for (const id of this.#quiet.keys()) if (!ids.has(id)) this.#quiet.delete(id);
    return idle.filter(({ id, seq, projectId }) => {
      const known = this.#quiet.get(id);
      if (known?.seq === seq) return now - known.since >= this.#limitMs(projectId);
      this.#quiet.set(id, { seq, since: now });
      return false;
    });
  }

  /** No person stopped it: no `stopRequested`, and the queue is not held. What came before decides how the session stands. */
  #close({ id, seq }: SessionState): void {
    const { ctx, clock } = this.options;
    ctx.log.transaction(() => enqueue(ctx, { kind: 'stop', sessionId: id, reason: 'idle' }));
    this.#quiet.set(id, { seq, since: clock.monotonic() });
  }
}

/** Ends an agent now that has nothing to do; one that has goes on. */
export function closeIdle(ctx: AgentContext, sessionId: SessionId): void {
  if (!hasNothingToDo(ctx.log.requireState(sessionId))) return;
  ctx.log.transaction(() => enqueue(ctx, { kind: 'stop', sessionId, reason: 'idle' }));
}

function hasNothingToDo(state: SessionState): boolean {
  return (
    state.process !== null &&
    state.turn === null &&
    !state.stopping &&
    state.pausedReason === null &&
    state.inFlight.length === 0 &&
    state.queue.length === 0 &&
    !state.asks.some(({ status }) => status === 'open' || status === 'answered') &&
    !state.subagents.some((subagent) => subagent.state === 'running')
  );
}
