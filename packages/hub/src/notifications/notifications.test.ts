import { afterEach, beforeEach, expect, test } from 'bun:test';
import {
  AgentId,
  type Ask,
  AskId,
  GroupId,
  GroupsFile,
  MAX_NOTIFICATIONS,
  type NotificationChanges,
  NotificationSettings,
  OPERATOR,
  ProjectId,
  type Prompt,
  PromptId,
  ProviderId,
  type SessionEvent,
  type SessionEventBody,
  SessionId,
  type SessionState,
  TurnId,
} from '@agor/protocol';
import { createLogger } from '@agor/runtime';
import { ManualClock, tempDir } from '@agor/runtime/testing';
import { fold } from '@agor/session';
import type { InReview } from '../bttask/index.ts';
import { type HubDatabase, openHubDatabase } from '../database/index.ts';
import { HubBus } from '../events/index.ts';
import { Notifier } from './index.ts';

const P1 = ProjectId.parse('p1');
const A = SessionId.parse('a');
const B = SessionId.parse('b');

const turn = (name: string) => TurnId.parse(name);
const ask = (name: string) => AskId.parse(name);
const promptId = (name: string) => PromptId.parse(name);
const prompt = (id: string): Prompt => ({ id: promptId(id), text: id, images: [], source: 'web' });
const created: SessionEventBody = {
  kind: 'sessionCreated',
  projectId: P1,
  provider: ProviderId.parse('demo'),
  cwd: '/work',
  title: '',
  permissionMode: 'default',
};
const permissionAsk = (id: string): Ask => ({
  id: ask(id),
  kind: 'permission',
  toolName: 'Write',
  title: 'Write a.txt',
  input: {},
});
const says = (words: string): SessionEventBody => ({
  kind: 'message',
  message: { id: 'm', type: 'text', content: { text: words }, timestamp: 0 },
});

let dir: ReturnType<typeof tempDir>;
let clock: ManualClock;
let db: HubDatabase;
let bus: HubBus;
let notifier: Notifier;
let states: Map<SessionId, SessionState>;
let told: NotificationChanges[];
let settings: NotificationSettings;
let isCatchingUp: boolean;
let tasks: Map<string, InReview>;

beforeEach(() => {
  dir = tempDir();
  clock = new ManualClock();
  db = openHubDatabase(`${dir.path}/sessions.db`);
  states = new Map();
  tasks = new Map();
  isCatchingUp = false;
  settings = NotificationSettings.parse({});
  startHub();
});
afterEach(() => {
  notifier[Symbol.dispose]();
  expect(clock.pending).toBe(0);
  db.close();
  dir[Symbol.dispose]();
});

const groups = GroupsFile.parse({
  version: 1,
  groups: [{ id: 'g', name: 'G', projects: [{ id: 'p1', name: 'Shop', identifier: 'shop', cwd: '/work' }] }],
});

function startHub(): void {
  bus = new HubBus(createLogger({ name: 'test', file: `${dir.path}/log` }));
  told = [];
  notifier = new Notifier({
    db,
    clock,
    bus,
    log: createLogger({ name: 'test', file: `${dir.path}/log` }),
    groups: () => groups,
    settings: () => settings,
    sessions: () => [...states.values()],
    isCatchingUp: () => isCatchingUp,
    taskInReview: (id) => tasks.get(id) ?? null,
    desktop: null,
  });
  bus.on('notifications', (changes) => told.push(changes));
  notifier.start();
}
function restartHub(): void {
  notifier[Symbol.dispose]();
  startHub();
}

/** One commit. */
function commit(id: SessionId, ...bodies: SessionEventBody[]): void {
  const events = bodies.map((body) => {
    const before = states.get(id);
    const event: SessionEvent = { ...body, seq: (before?.seq ?? 0) + 1, at: clock.now() };
    states.set(id, fold(id, before, event));
    return event;
  });
  bus.emit('sessions', [{ sessionId: id, events, state: states.get(id) as SessionState }]);
}
const sends = (name: string): SessionEventBody[] => [
  { kind: 'promptQueued', prompt: prompt(name) },
  { kind: 'promptSent', promptId: promptId(name) },
];
const begins = (name: string): SessionEventBody => ({
  kind: 'turnStarted',
  turnId: turn(name),
  promptId: promptId(name),
});
const ends = (
  name: string,
  outcome: 'done' | 'failed' | 'interrupted' | 'lost' = 'done',
  more = {},
): SessionEventBody => ({
  kind: 'turnEnded',
  turnId: turn(name),
  outcome,
  ...more,
});
const lines = () => notifier.standing().notifications.map(({ type, title, body }) => `${type} | ${title} | ${body}`);
const unread = () => notifier.standing().notifications.filter(({ read }) => !read).length;

test('a finished turn is told once, with its project and what the agent said last', () => {
  commit(A, created, ...sends('one'));
  commit(A, begins('one'), says('All tests\npass.'));
  commit(A, ends('one'));
  commit(A, { kind: 'notice', level: 'info', code: 'x', message: 'y' });
  expect(lines()).toEqual(['agent_complete | Shop: finished | All tests pass.']);
});

test('a turn that said nothing is told by what was asked, not by the words of an earlier one', () => {
  commit(A, created, ...sends('one'), begins('one'), says('Words of the first.'), ends('one'));
  commit(A, ...sends('two'), begins('two'));
  commit(A, ends('two'));
  expect(lines().toSorted()).toEqual([
    'agent_complete | Shop: finished | Words of the first.',
    'agent_complete | Shop: finished | two',
  ]);
});

test('of twenty queued prompts only the last one that ends is told', () => {
  commit(A, created, ...sends('p0'));
  for (let i = 1; i < 20; i++) commit(A, { kind: 'promptQueued', prompt: prompt(`p${i}`) });
  for (let i = 0; i < 20; i++) {
    commit(A, begins(`p${i}`));
    commit(A, ends(`p${i}`), ...(i < 19 ? [{ kind: 'promptSent', promptId: promptId(`p${i + 1}`) } as const] : []));
  }
  expect(lines()).toEqual(['agent_complete | Shop: finished | p19']);
});

const fills = (percent: number): SessionEventBody => ({
  kind: 'message',
  message: {
    id: 'u',
    type: 'usage',
    content: { contextTokens: percent * 2_000, contextWindow: 200_000 },
    timestamp: 0,
  },
});

test('a context that is nearly full is told once, and again when it was emptied and fills anew', () => {
  commit(A, created, ...sends('one'), begins('one'), fills(89));
  expect(lines()).toEqual([]);
  commit(A, fills(91));
  commit(A, fills(97));
  const full =
    'context_full | Shop: context 91 % full | 182 k of 200 k tokens. Compact the conversation, or begin a new session.';
  expect(lines()).toEqual([full]);
  expect(notifier.standing().notifications[0]).toMatchObject({
    level: 'warning',
    sessionId: A,
    projectId: P1,
    toast: true,
  });
  commit(A, fills(89));
  commit(A, fills(90));
  expect(lines()).toEqual([full]);
  commit(A, fills(12));
  commit(A, fills(95));
  expect(lines()).toEqual([full, full.replace('91', '95').replace('182', '190')]);
});

test('a restart of the hub does not tell of a full context again, unless it filled meanwhile', () => {
  commit(A, created, ...sends('one'), begins('one'), fills(91));
  commit(B, created, ...sends('two'), begins('two'), fills(50));
  restartHub();
  commit(A, fills(96));
  isCatchingUp = true;
  commit(B, fills(93));
  expect(lines()).toHaveLength(1);
  isCatchingUp = false;
  clock.advance(100);
  expect(lines()).toHaveLength(2);
  expect(notifier.standing().notifications[1]).toMatchObject({ type: 'context_full', sessionId: B });
});

test('what the person interrupted and a wake that ended are no news', () => {
  commit(A, created, ...sends('one'), begins('one'), ends('one', 'interrupted'));
  commit(A, { kind: 'promptQueued', prompt: { ...prompt('w'), source: 'agor', wake: 'cron 0 9 * * *' } });
  commit(A, { kind: 'promptSent', promptId: promptId('w') }, begins('w'));
  commit(A, ends('w'));
  expect(lines()).toEqual([]);
});

test('an ask is told as what holds an agent up, and is read once it is answered, wherever that was', () => {
  commit(A, created, ...sends('one'), begins('one'));
  commit(A, { kind: 'askOpened', ask: permissionAsk('q') });
  expect(notifier.standing().notifications).toMatchObject([
    { type: 'agent_error', level: 'warning', title: 'Shop: asks for permission', body: 'Write a.txt', read: false },
  ]);
  commit(A, { kind: 'askAnswered', askId: ask('q'), answer: { kind: 'permission', decision: 'allow' }, by: 'cli' });
  expect(unread()).toBe(0);
  expect(told.at(-1)).toMatchObject({ changed: [{ read: true }], removed: [] });
});

test('an ask that a kept rule answers at once is told to nobody', () => {
  commit(
    A,
    created,
    { kind: 'askOpened', ask: permissionAsk('q') },
    { kind: 'askAnswered', askId: ask('q'), answer: { kind: 'permission', decision: 'allow' }, by: 'rule' },
  );
  expect(lines()).toEqual([]);
});

test('a failure is told once, whatever follows from it, and again after the next try', () => {
  commit(A, created, ...sends('one'), begins('one'));
  commit(A, ends('one', 'failed', { message: 'The model is gone', class: 'unknown' }));
  commit(A, { kind: 'processExited', code: 1, signal: null, expected: false });
  expect(lines()).toEqual(['agent_error | Shop: failed | The model is gone']);
  commit(A, ...sends('two'));
  commit(A, {
    kind: 'promptFailed',
    promptId: promptId('two'),
    message: 'Sign in with `claude /login`',
    class: 'auth',
  });
  expect(lines().at(-1)).toBe('agent_error | Shop: sign-in needed | Sign in with `claude /login`');
  expect(lines()).toHaveLength(2);
});

test('a crash that is being mended is no news; one that is not is', () => {
  commit(A, created, ...sends('one'), begins('one'));
  const restarting = { state: 'restarting', attempt: 1, maxAttempts: 5, nextRetryAt: 0, lastError: 'boom' } as const;
  commit(A, { kind: 'health', health: restarting }, ends('one', 'lost'), {
    kind: 'processExited',
    code: 1,
    signal: null,
    expected: false,
  });
  expect(lines()).toEqual([]);
  commit(A, { kind: 'health', health: { state: 'failed', attempts: 5, lastError: 'boom' } });
  expect(lines()).toEqual(['agent_error | Shop: failed | boom']);
});

test('a failed turn whose runner dies after it and is started again is told once', () => {
  commit(A, created, ...sends('one'), begins('one'));
  commit(A, ends('one', 'failed', { message: 'The agent broke' }));
  const restarting = { state: 'restarting', attempt: 1, maxAttempts: 5, nextRetryAt: 0, lastError: 'boom' } as const;
  commit(A, { kind: 'health', health: restarting });
  commit(A, { kind: 'processExited', code: 1, signal: null, expected: false });
  commit(A, { kind: 'processStarted', pid: 2, startTime: '2', background: true });
  commit(A, { kind: 'health', health: { state: 'degraded', restarts: 1 } });
  expect(lines()).toEqual(['agent_error | Shop: failed | The agent broke']);
});

test('a usage limit is told once, also where it makes the turn fail', () => {
  commit(A, created, ...sends('one'), begins('one'));
  commit(A, { kind: 'limited', until: 5, limit: '5-hour limit' });
  commit(A, ends('one', 'failed', { message: 'rate limited', class: 'rate_limit' }));
  expect(lines()).toEqual(['agent_error | Shop: usage limit reached | 5-hour limit']);
});

test('what happened while the hub was away is told by how it came out', () => {
  commit(A, created, ...sends('one'));
  commit(B, created, ...sends('one'));
  isCatchingUp = true;
  commit(A, begins('one'), { kind: 'askOpened', ask: permissionAsk('q') });
  commit(A, { kind: 'askWithdrawn', askId: ask('q') });
  commit(A, ends('one'), ...sends('two'));
  commit(A, begins('two'));
  commit(A, ends('two'));
  commit(B, begins('one'), ends('one'), ...sends('two'));
  commit(B, begins('two'), { kind: 'askOpened', ask: permissionAsk('r') });
  expect(lines()).toEqual([]);
  isCatchingUp = false;
  clock.advance(200);
  expect(lines()).toEqual([
    'agent_complete | Shop: finished | two',
    'agent_error | Shop: asks for permission | Write a.txt',
  ]);
});

test('a hub that starts again tells nothing twice, but an ask that nobody was told of', () => {
  commit(A, created, ...sends('one'), begins('one'), { kind: 'askOpened', ask: permissionAsk('q') });
  commit(B, created, ...sends('one'), begins('one'));
  commit(B, ends('one', 'failed', { message: 'no' }));
  notifier.clear();
  restartHub();
  expect(lines()).toEqual([]);
  commit(B, { kind: 'processExited', code: 1, signal: null, expected: false });
  expect(lines()).toEqual([]);
  notifier[Symbol.dispose]();
  commit(A, { kind: 'askOpened', ask: permissionAsk('unheard') });
  startHub();
  expect(lines()).toEqual(['agent_error | Shop: asks for permission | Write a.txt']);
});

test('budgets are told as agor’s own: the soft limit once, a hard one once for all whom it stops', () => {
  const notice = (code: string) => ({ kind: 'notice', level: 'warning', code, message: code }) as const;
  const budget = {
    scope: 'project',
    id: 'p1',
    label: 'the project Shop',
    period: '2026-01',
    limit: { hardUsd: 5 },
    level: 'hard',
    spentUsd: 5,
    spentTokens: 1,
    unpricedTokens: 0,
    addedUsd: 0,
    addedTokens: 0,
    interrupted: true,
    left: false,
  };
  const held = (more = {}): SessionEventBody =>
    ({ kind: 'paused', reason: 'over', budget: { ...budget, ...more } }) as SessionEventBody;
  commit(A, created, notice('budget-soft'));
  commit(A, held(), notice('budget-hard'));
  commit(B, created, held(), notice('budget-hard'));
  expect(lines()).toEqual([
    'system | Shop: soft budget reached | budget-soft',
    'system | Shop: stopped by its budget | budget-hard',
  ]);
  notifier.markAllRead();
  commit(B, held({ addedUsd: 1 }), notice('budget-hard'));
  expect(lines()).toHaveLength(3);
});

test('a task that an agent moves to review is told; not what the person moves, and not again for a comment', () => {
  const worker = AgentId.parse('p1');
  const change = { kind: 'task', taskId: 't', groupId: GroupId.parse('g') } as const;
  const task = { title: 'Add a cart', assignedTo: worker, by: worker, byName: 'Shop', moveId: 'm1', at: clock.now() };
  bus.emit('team', [change]);
  tasks.set('t', task);
  bus.emit('team', [change, change]);
  bus.emit('team', [change, { kind: 'agents' }]);
  tasks.set('t', { ...task, moveId: 'm2', by: AgentId.parse(OPERATOR) });
  bus.emit('team', [change]);
  tasks.set('t', { ...task, moveId: 'm3' });
  bus.emit('team', [change]);
  expect(lines()).toEqual([
    'task_review | Shop: a task is ready for review | Add a cart',
    'task_review | Shop: a task is ready for review | Add a cart',
  ]);
  expect(notifier.standing().notifications[0]).toMatchObject({ taskId: 't', projectId: 'p1' });
});

test('conflicts that come together are told as one, the next ones of the project a minute later', () => {
  const file = (path: string, acknowledged = false) => ({
    path,
    sessionIds: [A, B],
    external: false,
    lastWriteAt: 0,
    acknowledged,
  });
  const raise = (...files: ReturnType<typeof file>[]) =>
    bus.emit('conflicts', {
      projects: [{ projectId: P1, files }],
      raised: files.map((one) => ({ projectId: P1, file: one })),
    });
  raise(file('/work/a.ts'));
  raise(file('/work/a.ts'), file('/work/b.ts'));
  clock.advance(3_000);
  expect(lines()).toEqual(['conflict | Shop: several agents write the same files | a.ts, b.ts']);
  raise(file('/work/c.ts'));
  clock.advance(59_000);
  expect(lines()).toHaveLength(1);
  clock.advance(1_000);
  expect(lines().at(-1)).toBe('conflict | Shop: several agents write the same file | c.ts');
  clock.advance(60_000);
  raise(file('/work/d.ts'));
  bus.emit('conflicts', { projects: [{ projectId: P1, files: [file('/work/d.ts', true)] }], raised: [] });
  clock.advance(3_000);
  expect(lines()).toHaveLength(2);
});

test('wakes, problems and a machine that stays away are told; one that is back soon was not missed', () => {
  bus.emit('woken', { agentId: P1, sessionId: A, reason: '5 tasks wait for review' });
  const problem = { code: 'groups', message: 'groups.json cannot be read', since: 1 };
  bus.emit('problems', [problem]);
  bus.emit('problems', [problem]);
  bus.emit('problems', []);
  bus.emit('problems', [{ ...problem, since: 2 }]);
  const machine = (state: 'lost' | 'connected' | 'starting') =>
    bus.emit('machine', { state, since: clock.now(), pid: 1, build: null, message: 'the connection was closed' });
  machine('lost');
  clock.advance(10_000);
  machine('connected');
  clock.advance(60_000);
  machine('lost');
  machine('starting');
  clock.advance(15_000);
  machine('lost');
  clock.advance(60_000);
  expect(lines()).toEqual([
    'wake_event | Shop: woken | 5 tasks wait for review',
    'system | agor has a problem | groups.json cannot be read',
    'system | The machine does not answer: nothing is heard of its agents | the connection was closed',
  ]);
});

test('the switches of a type and the quiet hours decide the ways; the centre has all', () => {
  const woken = () => bus.emit('woken', { agentId: P1, sessionId: A, reason: 'x' });
  const ways = () => {
    woken();
    const last = notifier.standing().notifications.at(-1);
    return [last?.toast, last?.desktop];
  };
  expect(ways()).toEqual([true, true]);
  settings = NotificationSettings.parse({ types: { wake_event: { desktop: false } } });
  expect(ways()).toEqual([true, false]);
  const minute = (ms: number) => new Date(clock.now() + ms).toTimeString().slice(0, 5);
  settings = NotificationSettings.parse({ quietHours: { from: minute(-60_000), to: minute(60_000) } });
  expect(ways()).toEqual([false, false]);
  clock.advance(60_000);
  expect(ways()).toEqual([true, true]);
  clock.advance(23 * 60 * 60_000 + 58 * 60_000);
  expect(ways()).toEqual([false, false]);
});

test('the newest hundred are kept over a restart, with what was read; clear forgets them for good', () => {
  for (let i = 0; i < MAX_NOTIFICATIONS + 5; i++)
    bus.emit('woken', { agentId: P1, sessionId: A, reason: `reason ${i}` });
  expect(told.at(-1)?.removed).toHaveLength(1);
  const [first, second] = notifier.standing().notifications;
  expect(first?.body).toBe('reason 5');
  notifier.markRead([first?.id ?? '', 'gone']);
  restartHub();
  expect(notifier.standing().notifications).toHaveLength(MAX_NOTIFICATIONS);
  expect(notifier.standing().notifications.slice(0, 2)).toMatchObject([
    { read: true },
    { id: second?.id, read: false },
  ]);
  notifier.markAllRead();
  expect(unread()).toBe(0);
  notifier.clear();
  expect(told.at(-1)?.removed).toHaveLength(MAX_NOTIFICATIONS);
  restartHub();
  expect(lines()).toEqual([]);
});
