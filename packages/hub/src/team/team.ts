import {
  AgentId,
  type GroupId,
  type GroupsFile,
  ProjectId,
  type SessionId,
  type SessionState,
  type TeamAnswer,
  type TeamCall,
} from '@agor/protocol';
import type { Clock, Logger } from '@agor/runtime';
import {
  type Actor,
  audit,
  ensureReviewChannels,
  heartbeat,
  registerAgents,
  registerPlugin,
  retain,
  type TeamChange,
  type TeamContext,
  TeamFailure,
  type TeamWakes,
} from '../btmsg/index.ts';
import { type InReview, inReview, type TaskCounts, type TaskLook, taskCounts, tasksNamed } from '../bttask/index.ts';
import type { HubDatabase } from '../database/index.ts';
import type { HubBus } from '../events/index.ts';
import { Failure, notFound, rejected } from '../failure.ts';
import { callTeam } from './call.ts';
import { Courier, type CourierSessions } from './courier.ts';
import { actorOf, membersOf, operator } from './members.ts';

export interface TeamOptions {
  readonly db: HubDatabase;
  readonly clock: Clock;
  readonly bus: HubBus;
  readonly log: Logger;
  readonly groups: () => GroupsFile;
  readonly sessions: CourierSessions;
  /** Stop All holds this agent. Absent: nobody is held. */
  readonly isStopped?: (agent: AgentId) => boolean;
  /** The person wrote to this agent: as a prompt of theirs, that frees it. */
  readonly turnedTo?: (agent: AgentId) => void;
  /** Made after the team, for wakes know it. Absent: there are none. */
  readonly wakes?: () => TeamWakes & { sync(): void };
}

/** Calls after which the tables are held to their bounds. */
const RETAIN_EVERY = 10_000;
/** Signs of life of one agent are written at most this often, in ms. */
const HEARTBEAT_MS = 15_000;

/** btmsg and bttask as the hub owns them: who is in the team, what they ask of each other, and that it reaches them. */
export class Team implements Disposable {
  readonly #options: TeamOptions;
  readonly #ctx: TeamContext;
  readonly #courier: Courier;
  readonly #subscriptions: Disposable[];
  readonly #heartbeats = new Map<string, number>();
  #calls = 0;
  /** What the running transaction changed; told once it is committed. */
  #changes: TeamChange[] = [];

  constructor(options: TeamOptions) {
    const { db, clock, bus, sessions, log, isStopped } = options;
    this.#options = options;
    this.#ctx = {
      db,
      clock,
      changed: (change) => this.#changes.push(change),
      isActive: (agent) => sessions.of(agent)?.process != null,
      get wakes() {
        return options.wakes?.();
      },
    };
    this.#courier = new Courier({ ctx: this.#ctx, clock, log, sessions, isStopped });
    this.#register(options.groups());
    this.#subscriptions = [
      bus.on('groups', (groups) => this.#register(groups)),
      bus.on('stopAll', ({ freed }) => {
        for (const id of freed) this.#courier.freed(AgentId.parse(id));
      }),
      bus.on('sessions', (changes) => {
        for (const { state } of changes) this.#onSession(state);
      }),
    ];
  }

  /** Hands on what a hub before us had not brought to its end. Once the link is up. */
  start(): void {
    retain(this.#ctx);
    this.#courier.start();
  }

  /** The person asks. Throws `TeamFailure`. */
  asOperator(call: TeamCall): unknown {
    return this.#call(operator, call);
  }

  /** A plugin of the person's writes, in its own name. The hub has checked its permission. Throws `TeamFailure`. */
  asPlugin(plugin: { readonly id: string; readonly name: string }, call: TeamCall): unknown {
    const id = AgentId.parse(`plugin:${plugin.id}`);
    this.#ctx.db.write(() => registerPlugin(this.#ctx, id, `plugin ${plugin.name}`));
    const result = this.#call({ id, role: 'plugin', rights: 'plugin', tier: 0, groupId: null }, call);
    // A message stands in the audit log by itself.
    if (call.operation !== 'btmsg.send')
      this.note(id, 'status_change', `${call.operation} ${JSON.stringify(call.input).slice(0, 300)}`);
    return result;
  }

  /** A session's agent asks, whose token its machine has checked. Never throws. */
  asSession(sessionId: SessionId, call: TeamCall): TeamAnswer {
    const { sessions, groups, log } = this.#options;
    const actor = actorOf(groups(), sessions.state(sessionId)?.projectId ?? null);
    if (!actor) {
      const message =
        'This session belongs to no project of a group, so it is in no team. Add its folder as a project first.';
      return { state: 'failed', code: 'forbidden', message };
    }
    try {
      return { state: 'done', result: this.#call(actor, call) };
    } catch (error) {
      if (error instanceof TeamFailure) return { state: 'failed', code: error.team, message: error.message };
      if (error instanceof Failure) return { state: 'failed', code: 'failed', message: error.message };
      log.error('a call of the team failed', { error, operation: call.operation });
      return { state: 'failed', code: 'failed', message: 'agor could not do that; its log says why.' };
    }
  }

  /** How many tasks of a group's board stand where. */
  taskCounts(group: GroupId): TaskCounts {
    return taskCounts(this.#ctx, group);
  }

  /** Null for a task that does not wait for review. */
  taskInReview(taskId: string): InReview | null {
    return inReview(this.#ctx, taskId);
  }

  [Symbol.dispose](): void {
    for (const subscription of this.#subscriptions) subscription[Symbol.dispose]();
    this.#courier[Symbol.dispose]();
  }

  #call(actor: Actor, call: TeamCall): unknown {
    this.#changes = [];
    try {
      if (++this.#calls % RETAIN_EVERY === 0) retain(this.#ctx);
      const result = callTeam(this.#ctx, actor, call);
      if (call.operation === 'btmsg.wakeAdd' || call.operation === 'btmsg.wakeRemove') this.#options.wakes?.().sync();
      return result;
    } finally {
      this.#told(actor === operator && (call.operation === 'btmsg.send' || call.operation === 'btmsg.reply'));
    }
  }

  #told(isPersonsWord = false): void {
    const changes = this.#changes;
    this.#changes = [];
    if (changes.length === 0) return;
    for (const change of changes) {
      if (change.kind !== 'message') continue;
      if (isPersonsWord) this.#options.turnedTo?.(change.to);
      this.#courier.nudge(change.to);
    }
    this.#options.bus.emit('team', changes);
  }

  #register(groups: GroupsFile): void {
    this.#changes = [];
    this.#ctx.db.write(() => {
      registerAgents(this.#ctx, membersOf(groups));
      for (const group of groups.groups) ensureReviewChannels(this.#ctx, group.id);
    });
    this.#told();
    for (const id of this.#heartbeats.keys()) if (!actorOf(groups, ProjectId.parse(id))) this.#heartbeats.delete(id);
    this.#courier.nudgeAll();
  }

  #onSession(state: SessionState): void {
    const actor = actorOf(this.#options.groups(), state.projectId);
    if (!actor) return;
    const now = this.#options.clock.now();
    if (now - (this.#heartbeats.get(actor.id) ?? 0) >= HEARTBEAT_MS) {
      this.#heartbeats.set(actor.id, now);
      this.#ctx.db.write(() => heartbeat(this.#ctx, actor.id));
    }
    this.#courier.nudge(actor.id);
  }

  /** The task with that id, or the only one in the group whose id begins so. Throws `Failure`: NOT_FOUND, or REJECTED for too short a beginning. */
  task(id: string, group: GroupId | null): TaskLook {
    const [first, second] = tasksNamed(this.#ctx, id, group);
    if (!first) throw notFound(`There is no task ${id} in this group.`);
    if (second && first.id !== id) throw rejected(`More than one task begins with ${id}. Give more of its id.`);
    return first;
  }

  /** Something that agor did to an agent, for the audit tab. */
  note(agent: Actor['id'], type: Parameters<typeof audit>[2], detail: string): void {
    this.#ctx.db.write(() => audit(this.#ctx, agent, type, detail));
    this.#told();
  }
}
