import type { SessionId, SessionState } from '@agor/protocol';
import type { Clock, Logger, Timer } from '@agor/runtime';
import type { AgentContext } from '../agent-context/index.ts';
import type { HubBus } from '../events/index.ts';
import { sendNext } from './send-next.ts';

/** The wall clock is read again at least so often: timers stand still while a computer is suspended. In ms. */
const LOOK_MAX_MS = 30_000;

export interface LimitLifterOptions {
  readonly ctx: AgentContext;
  readonly bus: HubBus;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Lifts limits when their reset time has come, by the wall clock. One without a time ends by the vendor's word, or the person's. */
export class LimitLifter implements Disposable {
  /** Reset times of the sessions that are limited. */
  readonly #until = new Map<SessionId, number>();
  readonly #subscription: Disposable;
  #timer: Timer | null = null;

  constructor(private readonly options: LimitLifterOptions) {
    const { ctx, bus } = options;
    this.#subscription = bus.on('sessions', (changes) => this.#take(changes.map(({ state }) => state)));
    this.#take(ctx.log.limitedSessions().map((id) => ctx.log.requireState(id)));
  }

  [Symbol.dispose](): void {
    this.#subscription[Symbol.dispose]();
    this.#timer?.cancel();
  }

  #take(states: readonly SessionState[]): void {
    let changed = false;
    for (const { id, limit } of states) {
      const until = limit?.until ?? undefined;
      if (this.#until.get(id) === until) continue;
      changed = true;
      if (until === undefined) this.#until.delete(id);
      else this.#until.set(id, until);
    }
    if (changed) this.#arm();
  }

  #arm(): void {
    const { clock } = this.options;
    this.#timer?.cancel();
    this.#timer = null;
    if (this.#until.size === 0) return;
    const wait = Math.min(...this.#until.values()) - clock.now();
    this.#timer = clock.setTimeout(() => this.#look(), Math.max(0, Math.min(wait, LOOK_MAX_MS)));
  }

  #look(): void {
    const now = this.options.clock.now();
    const due = [...this.#until].filter(([, until]) => until <= now).map(([id]) => id);
    try {
      for (const id of due) this.#lift(id);
      this.#arm();
    } catch (error) {
      this.options.logger.error('a limit could not be lifted; it is tried again', { error });
      this.#timer = this.options.clock.setTimeout(() => this.#look(), LOOK_MAX_MS);
    }
  }

  #lift(id: SessionId): void {
    const { ctx } = this.options;
    ctx.log.transaction(() => {
      if (!ctx.log.requireState(id).limit) return;
      ctx.log.append(id, [{ kind: 'limitLifted' }]);
      resumeAfterLimit(ctx, id);
    });
  }
}

/**
 * A limit is over: the queue goes on by itself only if the person switched that on, for each prompt costs. It does so also after
 * the failure that the limit was, but not after the person's own stop. Only within a transaction of the log.
 */
export function resumeAfterLimit(ctx: AgentContext, sessionId: SessionId): void {
  const { projectId } = ctx.log.requireState(sessionId);
  if (ctx.run.policy(projectId).resumeAfterLimit && ctx.log.hold(sessionId) === 'none') sendNext(ctx, sessionId, true);
}
