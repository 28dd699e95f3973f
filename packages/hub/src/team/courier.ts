import {
  type AgentId,
  CommandId,
  OPERATOR,
  ProjectId,
  type Prompt,
  PromptId,
  type SessionId,
  type SessionState,
  SYSTEM,
} from '@agor/protocol';
import type { Clock, Logger, Timer } from '@agor/runtime';
import { isBusy } from '@agor/session';
import { audit, type TeamContext } from '../btmsg/index.ts';
import { Failure } from '../failure.ts';
import {
  agentsWithMail,
  type Delivery,
  deliveryDone,
  hasMail,
  openDeliveries,
  prepareDelivery,
  takeBack,
} from './deliver.ts';

/** The sessions of the hub, as far as messages are brought to them. */
export interface CourierSessions {
  /** The newest session of an agent; null when it never had one. */
  of(agent: AgentId): SessionState | null;
  state(id: SessionId): SessionState | null;
  /** A new session of an agent; throws `Failure` when there can be none. */
  create(commandId: CommandId, projectId: ProjectId): SessionId;
  /**
   * Into the turn that runs, where the provider can and nothing waits before it; else it queues. Done once by its command id: so nothing
   * in it may depend on how the session stands when it is repeated.
   */
  prompt(input: {
    commandId: CommandId;
    sessionId: SessionId;
    prompt: Prompt;
    /** The person's word is in it, which starts also an agent that was stopped. */
    byPerson: boolean;
  }): void;
  canSteer(state: SessionState): boolean;
}

/** Messages that come close together go out as one prompt. In ms. */
const GATHER_MS = 150;
/** What could not be brought is tried again after this time, also without a sign of the agent. In ms. */
const RETRY_MS = 60_000;

/**
 * Brings messages to agents as prompts: at once to one that is free, into the running turn where the provider can, else when the turn is
 * over. Each message once, whatever dies in between: a delivery is put together and kept first, and its prompt is done once by its id.
 */
export class Courier implements Disposable {
  readonly #timers = new Map<AgentId, Timer>();
  readonly #retries = new Map<AgentId, Timer>();
  #started = false;

  constructor(
    private readonly options: {
      readonly ctx: TeamContext;
      readonly clock: Clock;
      readonly log: Logger;
      readonly sessions: CourierSessions;
      /** Stop All holds this agent: what there is for it waits until `freed`. Absent: nobody is held. */
      readonly isStopped?: ((agent: AgentId) => boolean) | undefined;
    },
  ) {}

  start(): void {
    this.#started = true;
    for (const delivery of openDeliveries(this.options.ctx)) this.#bring(delivery);
    this.nudgeAll();
  }

  /** Who is in the groups changed: what waited for somebody who was away may be brought now. */
  nudgeAll(): void {
    for (const agent of agentsWithMail(this.options.ctx)) this.nudge(agent);
  }

  /** Stop All holds this agent no more. */
  freed(agent: AgentId): void {
    if (!this.#started) return;
    for (const delivery of openDeliveries(this.options.ctx)) if (delivery.agentId === agent) this.#bring(delivery);
    this.nudge(agent);
  }

  /** There may be something to bring to this agent now. */
  nudge(agent: AgentId): void {
    if (!this.#started || agent === OPERATOR || agent === SYSTEM || this.#timers.has(agent)) return;
    const timer = this.options.clock.setTimeout(() => {
      this.#timers.delete(agent);
      this.#deliver(agent);
    }, GATHER_MS);
    this.#timers.set(agent, timer);
  }

  [Symbol.dispose](): void {
    for (const timer of [...this.#timers.values(), ...this.#retries.values()]) timer.cancel();
    this.#timers.clear();
    this.#retries.clear();
  }

  #retry(agent: AgentId): void {
    if (this.#retries.has(agent)) return;
    const timer = this.options.clock.setTimeout(() => {
      this.#retries.delete(agent);
      this.nudge(agent);
    }, RETRY_MS);
    this.#retries.set(agent, timer);
  }

  #deliver(agent: AgentId): void {
    const { ctx, sessions, log } = this.options;
    if (this.options.isStopped?.(agent) || !hasMail(ctx, agent)) return;
    const state = sessions.of(agent);
    // Its turn's end, or its queue getting shorter, nudges again.
    if (state && !isFree(state) && !(sessions.canSteer(state) && !hasOurs(state))) return;
    try {
      const sessionId = state?.id ?? sessions.create(CommandId.parse(crypto.randomUUID()), ProjectId.parse(agent));
      const delivery = prepareDelivery(ctx, agent, sessionId);
      if (delivery) this.#bring(delivery);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      log.warn('messages wait for an agent that cannot be started', { agent, why: error.message });
      this.#retry(agent);
    }
  }

  #bring({ id, agentId, sessionId, text }: Delivery): void {
    const { ctx, sessions, log } = this.options;
    if (this.options.isStopped?.(agentId)) return;
    const state = sessions.state(sessionId);
    if (!state) {
      takeBack(ctx, id);
      this.nudge(agentId);
      return;
    }
    const prompt: Prompt = { id: PromptId.parse(id), text, images: [], source: 'agor' };
    try {
      const byPerson = bringsWordOf(ctx, id, OPERATOR);
      sessions.prompt({ commandId: CommandId.parse(id), sessionId, prompt, byPerson });
      ctx.db.write(() => {
        deliveryDone(ctx, id);
        audit(ctx, agentId, 'prompt_injection', `messages brought to the session ${sessionId}`);
      });
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      // A full queue, or a session that takes nothing now: they wait for its next turn.
      log.warn('messages could not be brought', { agentId, why: error.message });
      takeBack(ctx, id);
      this.#retry(agentId);
    }
  }
}

/** Whether somebody's message is among those of a delivery. */
function bringsWordOf({ db: { raw } }: TeamContext, delivery: string, sender: AgentId): boolean {
  const found = raw
    .query(
      `SELECT 1 FROM seen_messages s JOIN messages m ON m.id = s.message_id
        WHERE s.delivery_id = ? AND m.from_agent = ? LIMIT 1`,
    )
    .get(delivery, sender);
  return found !== null;
}

function isFree(state: SessionState): boolean {
  return !isBusy(state) && state.queue.length === 0;
}

/** What was brought before is not taken yet: what came since comes together with the next. */
function hasOurs({ queue, inFlight }: SessionState): boolean {
  return [...queue, ...inFlight].some(({ source }) => source === 'agor');
}
