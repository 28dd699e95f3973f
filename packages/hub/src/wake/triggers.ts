import {
  AgentId,
  CommandId,
  type NewWakeTrigger,
  type ProjectId,
  PromptId,
  SessionId,
  type WakeCondition,
  type WakeTrigger,
} from '@agor/protocol';
import type { Clock, Logger, Timer } from '@agor/runtime';
import type { Core } from '../core/index.ts';
import type { HubBus } from '../events/index.ts';
import { Failure } from '../failure.ts';
import type { Team } from '../team/index.ts';
import type { Condition } from './conditions/index.ts';
import { nextRun } from './cron.ts';
import type { StoppedAgents } from './stopped-agents.ts';
import { type KeptTrigger, MAX_WAKES_AN_HOUR, type TriggerStore, type Wake, wakePrefix } from './trigger-store.ts';
import { conditionWords, wakePrompt } from './wake-words.ts';

export interface TriggersOptions {
  readonly store: TriggerStore;
  readonly clock: Clock;
  readonly bus: HubBus;
  readonly log: Logger;
  readonly stopped: StoppedAgents;
  /** Agents that are in a group and switched on. */
  readonly agents: () => ReadonlySet<string>;
  /** Where an agent works. Another folder is looked at anew. */
  readonly folder: (agent: ProjectId) => string;
  readonly conditions: Readonly<Record<WakeCondition['kind'], Condition>>;
  readonly core: {
    readonly sessions: Pick<Core['sessions'], 'newestOf' | 'create'>;
    readonly agents: Pick<Core['agents'], 'query'>;
  };
  readonly team: Pick<Team, 'note'>;
}

/** What could not be brought is tried again after this time. In ms. */
const RETRY_MS = 60_000;

interface Running {
  /** The condition and the folder that it is about. */
  readonly what: string;
  readonly end: Disposable;
}

/**
 * Wakes agents when their triggers' conditions come about: each occurrence once, whatever dies in between. What was seen is put down with
 * what the trigger learned of it; then the prompt is given, under an id made of both. It goes to the agent's newest session, as every
 * prompt: queued while that works.
 */
export class Triggers implements Disposable {
  readonly #running = new Map<string, Running>();
  /** Why conditions can't be looked for, or agents not be woken; by trigger. */
  readonly #problems = new Map<string, string>();
  readonly #undelivered = new Map<string, string>();
  readonly #subscriptions: Disposable[];
  #retry: Timer | null = null;
  #started = false;

  constructor(private readonly options: TriggersOptions) {
    const { bus } = options;
    this.#subscriptions = [
      bus.on('groups', () => this.sync()),
      bus.on('stopAll', () => {
        this.sync();
        this.#bringAll();
      }),
    ];
  }

  /** Once the link is up: hands on what a hub before us had not brought to its end, and begins to look. */
  start(): void {
    this.#started = true;
    this.#bringAll();
    this.sync();
  }

  /** Of agents that are there, as the face shows them. */
  list(): WakeTrigger[] {
    const agents = this.options.agents();
    return this.options.store
      .list()
      .filter(({ agentId }) => agents.has(agentId))
      .map((one) => this.shown(one));
  }

  shown({ plannedAt, met: _met, ...trigger }: KeptTrigger): WakeTrigger {
    const { condition, enabled, agentId, id } = trigger;
    const waits = condition.kind === 'cron' && enabled && !this.options.stopped.has(agentId);
    const nextAt = waits ? (plannedAt ?? this.#next(condition)) : null;
    return { ...trigger, nextAt, problem: this.#problems.get(id) ?? this.#undelivered.get(id) ?? null };
  }

  add(id: string, trigger: NewWakeTrigger, by: string): WakeTrigger {
    const added = this.put(id, trigger, by);
    this.sync();
    return added;
  }

  /** Without looking at it yet: within a transaction, whose end `sync` waits for. */
  put(id: string, trigger: NewWakeTrigger, by: string): WakeTrigger {
    const { store, agents } = this.options;
    return this.shown(store.add(id, trigger, by, agents()));
  }

  [Symbol.dispose](): void {
    for (const subscription of this.#subscriptions) subscription[Symbol.dispose]();
    for (const { end } of this.#running.values()) end[Symbol.dispose]();
    this.#running.clear();
    this.#retry?.cancel();
  }

  /** Begins and ends what the triggers, the groups and Stop All say now. */
  sync(): void {
    if (!this.#started) return;
    const { store, stopped, agents } = this.options;
    const present = agents();
    const all = store.list();
    const wanted = new Map(
      all
        .filter((one) => one.enabled && present.has(one.agentId) && !stopped.has(one.agentId))
        .map((one) => [one.id, one]),
    );
    for (const [id, { what, end }] of this.#running) {
      const trigger = wanted.get(id);
      if (trigger && this.#what(trigger) === what) continue;
      end[Symbol.dispose]();
      this.#running.delete(id);
      this.#problems.delete(id);
      this.#undelivered.delete(id);
    }
    // A time that comes while it is held or switched off is not made up for.
    for (const one of all)
      if (one.plannedAt !== null && !wanted.has(one.id)) store.remember(one.id, { plannedAt: null });
    for (const trigger of wanted.values()) if (!this.#running.has(trigger.id)) this.#begin(trigger);
    this.#changed();
  }

  #begin(trigger: KeptTrigger): void {
    const { conditions, clock, store } = this.options;
    const { id, condition } = trigger;
    const end = conditions[condition.kind](trigger, {
      clock,
      fire: (occurrence, reason, memory, details) => this.#fire(id, occurrence, reason, memory, details),
      remember: (memory) => {
        store.remember(id, memory);
        this.#changed();
      },
      problem: (text) => this.#problem(id, text),
    });
    this.#running.set(id, { what: this.#what(trigger), end });
  }

  #what({ condition, agentId }: KeptTrigger): string {
    return JSON.stringify([condition, this.options.folder(agentId)]);
  }

  #problem(id: string, text: string | null): void {
    if ((this.#problems.get(id) ?? null) === text) return;
    if (text === null) this.#problems.delete(id);
    else this.#problems.set(id, text);
    this.#changed();
  }

  #fire(
    id: string,
    occurrence: string | number,
    reason: string,
    memory: Parameters<TriggerStore['remember']>[1],
    details?: string,
  ): void {
    const { store, log } = this.options;
    const trigger = store.find(id);
    if (!trigger) return;
    const exhausted = store.isExhausted(id);
    const quiet = exhausted || this.#isTold(trigger);
    const words = { label: conditionWords(trigger.condition), text: wakePrompt(reason, trigger.prompt, details) };
    const fired = store.fire(trigger, occurrence, words, memory, quiet);
    if (quiet)
      log.info('a wake was left out', {
        trigger: id,
        why: exhausted ? 'too many within the hour' : 'one waits already',
      });
    this.#problem(
      id,
      exhausted ? `It fired ${MAX_WAKES_AN_HOUR} times within an hour, and rests until fewer are left of them.` : null,
    );
    if (fired && trigger.once) this.sync();
    else this.#changed();
    if (fired) this.#bringAll();
  }

  /** One that waits in the agent's queue says what there is to say: another would only cost. */
  #isTold({ id, agentId }: KeptTrigger): boolean {
    if (this.options.store.open().some((wake) => wake.triggerId === id)) return true;
    const session = this.options.core.sessions.newestOf(agentId);
    return session?.queue.some((prompt) => prompt.id.startsWith(wakePrefix(id))) ?? false;
  }

  #bringAll(): void {
    if (!this.#started) return;
    const { store, stopped, agents, log } = this.options;
    const present = agents();
    for (const wake of store.open()) {
      if (stopped.has(wake.agentId) || !present.has(wake.agentId)) continue;
      try {
        this.#bring(wake);
        if (this.#undelivered.delete(wake.triggerId)) this.#changed();
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        log.warn('an agent could not be woken', { agent: wake.agentId, why: error.message });
        this.#undelivered.set(wake.triggerId, `The agent could not be woken: ${error.message}`);
        this.#changed();
        this.#tryAgain();
      }
    }
  }

  /** The session is chosen and kept before the prompt is given: a repeat after a crash is the same command. */
  #bring({ id, agentId, label, text, ...wake }: Wake): void {
    const { store, core, team, bus } = this.options;
    const sessionId =
      wake.sessionId ??
      core.sessions.newestOf(agentId)?.id ??
      core.sessions.create({ commandId: CommandId.parse(`${id}:session`), projectId: agentId }).sessionId;
    if (wake.sessionId === null) store.choose(id, sessionId);
    const session = SessionId.parse(sessionId);
    const prompt = { id: PromptId.parse(id), text, images: [], source: 'agor' as const, wake: label };
    try {
      core.agents.query({ commandId: CommandId.parse(id), sessionId: session, prompt });
    } catch (error) {
      // The session is gone since it was chosen, so it took nothing: the next try takes another.
      if (error instanceof Failure && error.code === 'NOT_FOUND') store.choose(id, null);
      throw error;
    }
    store.done(id, () => team.note(AgentId.parse(agentId), 'wake_event', `${label}: session ${sessionId}`));
    bus.emit('woken', { agentId, sessionId: session, reason: label });
  }

  #tryAgain(): void {
    this.#retry ??= this.options.clock.setTimeout(() => {
      this.#retry = null;
      this.#bringAll();
    }, RETRY_MS);
  }

  #next(condition: WakeCondition): number | null {
    if (condition.kind !== 'cron') return null;
    try {
      return nextRun(condition, this.options.clock.now());
    } catch {
      // An expression of an older agor that is none any more: its problem says so.
      return null;
    }
  }

  #changed(): void {
    const { bus, stopped } = this.options;
    bus.emit('wake', { triggers: this.list(), stopped: stopped.list() });
  }
}
