import {
  type CommandId,
  type NewWakeTrigger,
  ProjectId,
  type Prompt,
  ProviderId,
  SessionId,
  type SessionState,
  type WakeCondition,
} from '@agor/protocol';
import { type Clock, createLogger } from '@agor/runtime';
import { ManualClock, tempDir } from '@agor/runtime/testing';
import { initialState } from '@agor/session';
import type { TeamWakes } from '../btmsg/index.ts';
import { type HubDatabase, openTeamDatabase } from '../database/index.ts';
import { HubBus } from '../events/index.ts';
import type { Condition } from './conditions/index.ts';
import { StoppedAgents } from './stopped-agents.ts';
import { type KeptTrigger, TriggerStore } from './trigger-store.ts';
import { Triggers } from './triggers.ts';

export const WEB = ProjectId.parse('web');
export const API = ProjectId.parse('api');
export const MINUTE = 60_000;

/** Sessions as the hub keeps them: a prompt is taken once by its command id, and what was taken outlives a crash. */
export class FakeSessions {
  readonly taken = new Map<string, { readonly prompt: Prompt; readonly sessionId: string }>();
  readonly sessions = new Map<string, SessionState>();
  created = 0;
  /** Thrown at the next prompt, before or after it was taken. */
  fault: { readonly when: 'before' | 'after'; readonly error: Error } | null = null;
  newestOf = (agent: string): SessionState | null =>
    [...this.sessions.values()].filter(({ projectId }) => projectId === agent).at(-1) ?? null;
  create = ({ commandId, projectId }: { commandId: CommandId; projectId: ProjectId }): { sessionId: SessionId } => {
    const sessionId = SessionId.parse(`session of ${commandId}`);
    if (!this.sessions.has(sessionId)) this.created++;
    this.put(idle(sessionId, projectId));
    return { sessionId };
  };
  query = ({
    commandId,
    sessionId,
    prompt,
  }: {
    commandId: CommandId;
    sessionId?: SessionId | undefined;
    prompt: Prompt;
  }) => {
    const { fault } = this;
    this.fault = null;
    if (fault?.when === 'before') throw fault.error;
    if (!this.taken.has(commandId)) this.taken.set(commandId, { prompt, sessionId: sessionId ?? '' });
    if (fault) throw fault.error;
    return { sessionId: sessionId ?? SessionId.parse('none'), promptId: prompt.id };
  };

  put(state: SessionState): void {
    this.sessions.set(state.id, state);
  }

  get prompts(): Prompt[] {
    return [...this.taken.values()].map(({ prompt }) => prompt);
  }
}

export function idle(id: string, projectId: ProjectId): SessionState {
  const body = {
    kind: 'sessionCreated',
    projectId,
    provider: ProviderId.parse('demo'),
    cwd: '/',
    title: 't',
    permissionMode: 'default',
  } as const;
  return initialState(SessionId.parse(id), body, 0);
}

/** Wakes as a team sees them, without anything that looks for their conditions. */
export function testWakes(db: HubDatabase, clock: Clock): TeamWakes {
  const store = new TriggerStore(db, clock);
  const shown = ({ plannedAt: _, met: __, ...trigger }: KeptTrigger) => ({ ...trigger, nextAt: null, problem: null });
  return {
    list: () => store.list().map(shown),
    put: (id, trigger, by) => shown(store.add(id, trigger, by, new Set())),
    find: (id) => store.require(id),
    drop: (id) => store.remove(id),
  };
}

/** The part of a hub that wakes by triggers; opened again and again on one database. */
export class Place implements Disposable {
  readonly #dir = tempDir();
  readonly clock = new ManualClock(Date.parse('2026-11-23T07:59:30Z'));
  readonly sessions = new FakeSessions();
  readonly notes: string[] = [];
  readonly woken: string[] = [];
  present = new Set<string>([WEB, API]);
  folder = '/code';
  bus!: HubBus;
  db!: HubDatabase;
  store!: TriggerStore;
  stopped!: StoppedAgents;
  triggers!: Triggers;

  constructor(private readonly conditions: (place: Place) => Partial<Record<WakeCondition['kind'], Condition>>) {
    this.open();
  }

  add(condition: WakeCondition, more: Partial<NewWakeTrigger> = {}): string {
    const trigger = { agentId: WEB, condition, prompt: '', once: false, enabled: true, ...more };
    return this.triggers.add(crypto.randomUUID(), trigger, 'web').id;
  }

  /** The hub's process is gone in the middle of what it did; another one begins after `awayMs`. */
  crash(awayMs = 0): void {
    this.close();
    this.clock.advance(awayMs);
    this.open();
  }

  close(): void {
    this.triggers[Symbol.dispose]();
    this.stopped[Symbol.dispose]();
    this.db.close();
  }

  open(): void {
    const { clock } = this;
    const log = createLogger({ name: 'test', file: '/dev/null' });
    this.bus = new HubBus(log);
    this.db = openTeamDatabase(`${this.#dir.path}/btmsg.db`);
    this.store = new TriggerStore(this.db, clock);
    const groups = () => ({
      version: 1 as const,
      activeGroupId: '',
      groups: [{ id: 'g', name: 'G', projects: [{ id: WEB }, { id: API }] }],
    });
    this.stopped = new StoppedAgents({ db: this.db, clock, bus: this.bus, groups: groups as never });
    this.bus.on('woken', ({ agentId, reason }) => void this.woken.push(`${agentId}: ${reason}`));
    this.triggers = new Triggers({
      store: this.store,
      clock,
      bus: this.bus,
      log,
      stopped: this.stopped,
      agents: () => this.present,
      folder: () => this.folder,
      conditions: this.conditions(this) as Record<WakeCondition['kind'], Condition>,
      core: { sessions: this.sessions, agents: this.sessions },
      team: { note: (agent, type, detail) => void this.notes.push(`${agent} ${type} ${detail}`) },
    });
    this.triggers.start();
  }

  get texts(): string[] {
    return this.sessions.prompts.map(({ text }) => text);
  }

  [Symbol.dispose](): void {
    this.close();
    this.#dir[Symbol.dispose]();
  }
}
