import {
  type Anchor,
  type BudgetStanding,
  type Delta,
  type FollowFrame,
  type FollowItem,
  type GroupsFile,
  type KeyringState,
  type MachineState,
  type MetricsReport,
  type ModelInfo,
  type Notification,
  type OpenBlock,
  type OutsideSession,
  type PermissionRule,
  type PluginInfo,
  type Problem,
  type Profile,
  type ProjectConflicts,
  type ProviderStatus,
  type PtyInfo,
  type SandboxStatus,
  type SearchAnswer,
  type SearchQuery,
  type SessionEvent,
  type SessionEventBody,
  SessionId,
  type SessionState,
  type SessionSummary,
  type Skill,
  type SshConnection,
  type SshHost,
  type UserThemes,
  type WakeStanding,
  type WatchFrame,
  type WorktreeState,
} from '@agor/protocol';
import { attentionOf, fold, NO_SIGNALS, OpenBlocks, statusOf } from '@agor/session';
import { createRouterClient } from '@orpc/server';
import type { HubClient } from '../state/client.ts';
import { Channel } from './channel.ts';
import { FakeFiles } from './fake-files.ts';
import { FakeKnowledge } from './fake-knowledge.ts';
import { fakeRouter } from './fake-router.ts';
import { findsNothing } from './fake-search.ts';
import { FakeTeam } from './fake-team.ts';

/** Time that moves only when something happens: one second an event. */
const START = Date.UTC(2026, 0, 5, 9);

interface FakeSession {
  state: SessionState;
  log: SessionEvent[];
  blocks: OpenBlocks;
  followers: Set<Channel<FollowFrame>>;
}

/** A hub in this process, for tests and the sample page: typed by the contract, with the real fold, and no agents. */
export class FakeHub {
  readonly files = new FakeFiles();
  groups: GroupsFile = { version: 1, groups: [], activeGroupId: '' };
  settings: Record<string, unknown> = {};
  providers: ProviderStatus[] = [];
  machine: MachineState = { state: 'connected', since: START, pid: 1, build: 'fake', message: null };
  problems: Problem[] = [];
  budgets: BudgetStanding[] = [];
  wake: WakeStanding = { triggers: [], stopped: [] };
  /** Oldest first. */
  notifications: Notification[] = [];
  /** The hub shows them on its desktop. */
  desktop = false;
  conflicts: ProjectConflicts[] = [];
  themes: UserThemes = { folder: '/home/you/.config/agor/themes', themes: [], problems: [] };
  rules: PermissionRule[] = [];
  anchors: Anchor[] = [];
  metrics: MetricsReport = { days: [], turns: [], models: [] };
  /** Conversations outside agor, newest first. */
  outside: OutsideSession[] = [];
  /** Sessions that only `session.list` knows: they are beyond those that `events.watch` tells. */
  older: SessionSummary[] = [];
  profiles: Profile[] = [];
  skills: (Skill & { text: string })[] = [];
  /** What `providers.models` answers, by provider. */
  models: Record<string, ModelInfo[]> = {};
  sandbox: SandboxStatus = noSandbox();
  repoSettings = { files: [] as { path: string; content: string }[], hash: 'none', accepted: false };
  ptys = new Map<string, PtyInfo>();
  /** What `pty.locate` finds, by what was printed. */
  paths = new Map<string, { path: string; isDir: boolean }>();
  plugins: readonly PluginInfo[] = [];
  /** What the search finds. */
  search: (query: SearchQuery) => SearchAnswer = findsNothing;
  readonly knowledge = new FakeKnowledge();
  worktrees: WorktreeState[] = [];
  ssh = new Map<string, SshConnection>();
  sshHosts: SshHost[] = [];
  keyring: KeyringState = { state: 'ready', message: null };
  firstRun = false;
  build = 'fake';
  epoch = 'epoch-1';
  /** Every command that came, by its name, oldest first. */
  readonly received: { name: string; input: unknown }[] = [];
  /** The next command of this name fails with this error. */
  readonly failNext = new Map<string, Error>();
  /** What the next prompt waits for before the hub answers; one that rejects is a connection that was lost. By the command's name. */
  readonly waitNext = new Map<string, Promise<void>>();
  readonly sessions = new Map<string, FakeSession>();
  readonly team = new FakeTeam(this);
  readonly #watchers = new Set<Channel<WatchFrame>>();
  #now: number;
  #ids = 0;

  constructor(start: number = START) {
    this.#now = start;
  }

  /** A client of this hub, as the face uses it. */
  client(): HubClient {
    return createRouterClient(fakeRouter(this)) as HubClient;
  }

  now(): number {
    return this.#now;
  }

  newId(prefix: string): string {
    this.#ids += 1;
    return `${prefix}-${this.#ids}`;
  }

  /** Begins a session and returns its id. */
  begin(created: Omit<Extract<SessionEventBody, { kind: 'sessionCreated' }>, 'kind'>, at = this.#now): SessionId {
    const id = SessionId.parse(this.newId('session'));
    const event: SessionEvent = { kind: 'sessionCreated', ...created, seq: 1, at };
    this.sessions.set(id, {
      state: fold(id, undefined, event),
      log: [event],
      blocks: new OpenBlocks(),
      followers: new Set(),
    });
    this.#tellSummary(id);
    return id;
  }

  /** Something happened in a session: logged, folded, and told to those who follow. */
  emit(id: SessionId, ...bodies: SessionEventBody[]): void {
    const items: FollowItem[] = [];
    const session = this.session(id);
    for (const body of bodies) {
      this.#now += 1000;
      const event: SessionEvent = { ...body, seq: session.state.seq + 1, at: this.#now };
      session.log.push(event);
      session.state = fold(id, session.state, event);
      session.blocks.settle(event);
      items.push({ event });
    }
    for (const follower of session.followers) follower.push({ kind: 'batch', items });
    this.#tellSummary(id);
  }

  /** A piece of streamed text. */
  stream(delta: Delta): void {
    const session = this.session(delta.sessionId);
    session.blocks.apply(delta);
    for (const follower of session.followers) follower.push({ kind: 'batch', items: [{ delta }] });
  }

  /** Every stream breaks, as when the socket is lost. */
  dropConnections(): void {
    const lost = new Error('connection lost');
    for (const watcher of this.#watchers) watcher.fail(lost);
    for (const { followers } of this.sessions.values()) for (const follower of followers) follower.fail(lost);
  }

  /** Tells the watchers. */
  tell(frame: WatchFrame): void {
    for (const watcher of this.#watchers) watcher.push(frame);
  }

  /** As the hub does it: new ones and changed ones are told, those that are gone by their ids. */
  changeNotifications(all: readonly Notification[]): void {
    const before = this.notifications;
    this.notifications = [...all];
    const changed = all.filter((one) => !before.includes(one));
    const removed = before.filter(({ id }) => !all.some((one) => one.id === id)).map(({ id }) => id);
    this.tell({ kind: 'notifications', changed, removed, desktop: this.desktop });
  }

  changeGroups(change: (groups: GroupsFile) => GroupsFile): void {
    this.groups = change(this.groups);
    this.tell({ kind: 'groups', groups: this.groups });
  }

  session(id: SessionId): FakeSession {
    const session = this.sessions.get(id);
    if (!session) throw new Error(`no session ${id}`);
    return session;
  }

  summary(id: SessionId): SessionSummary {
    const { state } = this.session(id);
    const status = statusOf(state, this.machine.state === 'connected');
    const { score, reason } = attentionOf(state, status, NO_SIGNALS);
    return { state, status, attention: score, reason };
  }

  watch(signal?: AbortSignal): AsyncGenerator<WatchFrame> {
    const channel = new Channel<WatchFrame>();
    channel.push(this.#snapshot());
    return this.#serve(this.#watchers, channel, signal);
  }

  follow(id: SessionId, from: number | undefined, tail: number, signal?: AbortSignal): AsyncGenerator<FollowFrame> {
    const session = this.session(id);
    const channel = new Channel<FollowFrame>();
    const openBlocks: OpenBlock[] = session.blocks.list();
    if (from === undefined) {
      const events = tail === 0 ? [] : session.log.slice(-tail);
      const { state, log } = session;
      const hasOlder = log.length > events.length;
      channel.push({ kind: 'snapshot', epoch: this.epoch, state, seq: state.seq, events, hasOlder, openBlocks });
    } else {
      channel.push({ kind: 'resumed', openBlocks });
      const missed = session.log.filter((event) => event.seq > from).map((event) => ({ event }));
      for (let at = 0; at < missed.length; at += 64) channel.push({ kind: 'batch', items: missed.slice(at, at + 64) });
    }
    return this.#serve(session.followers, channel, signal);
  }

  /** From the snapshot on nothing is missed, also when the reader begins later. */
  #serve<T>(all: Set<Channel<T>>, channel: Channel<T>, signal?: AbortSignal): AsyncGenerator<T> {
    all.add(channel);
    return this.#read(all, channel, signal);
  }

  async *#read<T>(all: Set<Channel<T>>, channel: Channel<T>, signal?: AbortSignal): AsyncGenerator<T> {
    try {
      yield* channel.read(signal);
    } finally {
      all.delete(channel);
    }
  }

  #tellSummary(id: SessionId): void {
    this.tell({ kind: 'sessions', changed: [this.summary(id)], removed: [] });
  }

  #snapshot(): WatchFrame {
    return {
      kind: 'snapshot',
      version: '0.1.0',
      build: this.build,
      groups: this.groups,
      settings: this.settings,
      sessions: [...this.sessions.values()].map(({ state }) => this.summary(state.id)),
      ptys: [...this.ptys.values()],
      providers: this.providers,
      machine: this.machine,
      firstRun: this.firstRun,
      health: [],
      budgets: this.budgets,
      wake: this.wake,
      notifications: { notifications: this.notifications, desktop: this.desktop },
      conflicts: this.conflicts,
      themes: this.themes,
      problems: this.problems,
    };
  }
}

/** Nothing confines the agent, because the project does not want it. */
export function noSandbox(): SandboxStatus {
  return { state: 'off', landlockAbi: 7, bubblewrap: false, rules: [], write: [], read: [], ports: [] };
}
