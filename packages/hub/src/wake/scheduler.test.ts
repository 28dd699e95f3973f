import { afterEach, beforeEach, expect, test } from 'bun:test';
import {
  GroupsFile,
  newId,
  ProjectId,
  type Prompt,
  PromptId,
  ProviderId,
  type SessionEvent,
  type SessionEventBody,
  SessionId,
  type SessionState,
  type SettingName,
  TurnId,
  type WakeStrategy,
} from '@agor/protocol';
import { createLogger } from '@agor/runtime';
import { ManualClock, tempDir } from '@agor/runtime/testing';
import { fold, NO_SIGNALS } from '@agor/session';
import { type HubDatabase, openTeamDatabase } from '../database/index.ts';
import { HubBus } from '../events/index.ts';
import { wholeSummaryOf } from '../sessions/index.ts';
import { settingsOf } from '../settings/testing.ts';
import { WakeScheduler } from './scheduler.ts';
import { StoppedAgents } from './stopped-agents.ts';

const MINUTE = 60_000;
const MANAGER = ProjectId.parse('m');
const turnId = TurnId.parse('t');

let dir: ReturnType<typeof tempDir>;
let clock: ManualClock;
let bus: HubBus;
let db: HubDatabase;
let scheduler: WakeScheduler;
let stopped: StoppedAgents;
let groups: GroupsFile;
let states: Map<SessionId, SessionState>;
let logs: Map<SessionId, SessionEvent[]>;
let prompts: { session: SessionId; prompt: Prompt }[];
let closed: SessionId[];
let notes: string[];
let review: number;

beforeEach(() => {
  dir = tempDir();
  clock = new ManualClock();
  bus = new HubBus(createLogger({ name: 'test', file: `${dir.path}/log` }));
  db = openTeamDatabase(`${dir.path}/btmsg.db`);
  states = new Map();
  logs = new Map();
  prompts = [];
  closed = [];
  notes = [];
  review = 0;
});
afterEach(() => {
  close();
  expect(clock.pending).toBe(0);
  db.close();
  dir[Symbol.dispose]();
});

/** What the person set for everything. */
let set: Partial<Record<SettingName, unknown>> = {};

function manager(wakeStrategy: WakeStrategy, more: object = {}): GroupsFile {
  return GroupsFile.parse({
    version: 1,
    groups: [
      {
        id: 'g',
        name: 'Group',
        projects: [{ id: 'p1', name: 'One', identifier: 'one', cwd: '/one' }],
        agents: [
          { id: 'm', name: 'Boss', role: 'manager', wakeStrategy, ...more },
          { id: 'r', name: 'Reviewer', role: 'reviewer', wakeStrategy },
        ],
      },
    ],
  });
}
function close(): void {
  scheduler[Symbol.dispose]();
  stopped[Symbol.dispose]();
}
function start(file: GroupsFile): void {
  groups = file;
  stopped = new StoppedAgents({ db, clock, bus, groups: () => groups });
  scheduler = new WakeScheduler({
    stopped,
    clock,
    bus,
    log: createLogger({ name: 'test', file: `${dir.path}/log` }),
    groups: () => groups,
    settings: settingsOf(() => groups, set),
    health: { of: () => null, hourlyBurn: () => null },
    team: {
      taskCounts: () => ({ todo: 0, progress: 0, review, done: 0, blocked: 0 }),
      note: (agent, type, detail) => void notes.push(`${agent} ${type} ${detail}`),
    },
    core: {
      sessions: {
        list: ({ projectId } = {}) =>
          [...states.values()]
            .filter((state) => state.projectId === projectId)
            .sort((a, b) => b.lastActivityAt - a.lastActivityAt)
            .map((state) => wholeSummaryOf(state, true, () => NO_SIGNALS)),
        page: ({ sessionId }) => ({ events: logs.get(sessionId) ?? [], hasOlder: false }),
      },
      agents: { query: ask, closeIdle: (id) => void closed.push(id) },
    },
  });
  scheduler.start();
}
function change(file: GroupsFile): void {
  groups = file;
  bus.emit('groups', file);
}
/** As the hub does it: the agent is free, so the prompt goes out, and its turn begins. */
function ask(input: { sessionId?: SessionId | undefined; projectId?: ProjectId | undefined; prompt: Prompt }) {
  const sessionId = input.sessionId ?? newId(SessionId);
  if (!input.sessionId)
    happens(sessionId, {
      kind: 'sessionCreated',
      projectId: input.projectId ?? null,
      provider: ProviderId.parse('demo'),
      cwd: '/',
      title: '',
      permissionMode: 'default',
    });
  prompts.push({ session: sessionId, prompt: input.prompt });
  const promptId = input.prompt.id;
  happens(sessionId, { kind: 'promptQueued', prompt: input.prompt }, { kind: 'promptSent', promptId });
  happens(sessionId, { kind: 'processStarted', pid: 1, startTime: '1' }, { kind: 'turnStarted', turnId, promptId });
  return { sessionId, promptId };
}
function happens(id: SessionId, ...bodies: SessionEventBody[]): void {
  const events = bodies.map((body) => {
    const before = states.get(id);
    const event: SessionEvent = { ...body, seq: (before?.seq ?? 0) + 1, at: clock.now() };
    states.set(id, fold(id, before, event));
    return event;
  });
  logs.set(id, [...(logs.get(id) ?? []), ...events]);
  bus.emit('sessions', [{ sessionId: id, events, state: states.get(id) as SessionState }]);
}
function lastSession(): SessionId {
  return prompts.at(-1)?.session as SessionId;
}
const end = () => happens(lastSession(), { kind: 'turnEnded', turnId, outcome: 'done' });
const person = (text: string): Prompt => ({ id: newId(PromptId), text, images: [], source: 'web' });

test('a persistent manager goes on in its session at every interval, and each wake says why', () => {
  start(manager('persistent'));
  clock.advance(3 * MINUTE);
  end();
  clock.advance(3 * MINUTE);
  expect(new Set(prompts.map(({ session }) => session)).size).toBe(1);
  expect(prompts).toHaveLength(2);
  expect(prompts[0]?.prompt).toMatchObject({ source: 'agor', text: expect.stringContaining('## Why you were woken') });
  expect(notes).toEqual([
    'm wake_event persistent, fresh: PeriodicFloor 0.1: the regular look',
    'm wake_event persistent, resumed: PeriodicFloor 0.1: the regular look',
  ]);
});

test('a manager that decides nothing is woken as the settings say, its own choice goes before them', () => {
  set = { wake_interval_min: 10 };
  const everyTen = manager('persistent');
  start(everyTen);
  clock.advance(9 * MINUTE);
  expect(prompts).toHaveLength(0);
  clock.advance(MINUTE);
  end();
  expect(prompts).toHaveLength(1);
  change(manager('persistent', { wakeIntervalMin: 2 }));
  clock.advance(2 * MINUTE);
  expect(prompts).toHaveLength(2);
  set = {};
});

test('an on-demand manager gets a fresh session each time, and the one before ends its process', () => {
  start(manager('on-demand', { wakeIntervalMin: 1 }));
  clock.advance(MINUTE);
  const first = lastSession();
  end();
  clock.advance(MINUTE);
  expect(prompts).toHaveLength(2);
  expect(lastSession()).not.toBe(first);
  expect(closed).toEqual([first]);
});

test('a smart manager, which is what nothing said means, wakes only when it is worth it', () => {
  start(manager('smart', { wakeStrategy: undefined }));
  clock.advance(9 * MINUTE);
  expect(prompts).toEqual([]);
  review = 5;
  clock.advance(3 * MINUTE);
  expect(prompts).toHaveLength(1);
  expect(prompts[0]?.prompt.text).toStartWith('Woken: 5 tasks wait for review');
});

test('a smart manager is not woken for the same reasons again within the hour: each wake costs', () => {
  start(manager('smart'));
  review = 5;
  clock.advance(3 * MINUTE);
  expect(prompts).toHaveLength(1);
  end();
  clock.advance(57 * MINUTE);
  expect(prompts).toHaveLength(1);
  clock.advance(3 * MINUTE);
  expect(prompts).toHaveLength(2);
});

test('a manager that works is left alone', () => {
  start(manager('persistent'));
  clock.advance(9 * MINUTE);
  expect(prompts).toHaveLength(1);
});

test('one that failed or that the person stopped is left alone', () => {
  start(manager('on-demand'));
  clock.advance(3 * MINUTE);
  happens(lastSession(), { kind: 'processExited', code: 1, signal: null, expected: false });
  clock.advance(9 * MINUTE);
  expect(prompts).toHaveLength(1);
});

test('after Stop All nothing wakes, also after the hub began anew, until the person prompts it', () => {
  start(manager('persistent'));
  clock.advance(3 * MINUTE);
  end();
  stopped.stopAll();
  expect(clock.pending).toBe(0);
  close();
  start(manager('persistent'));
  bus.emit('groups', groups);
  clock.advance(30 * MINUTE);
  expect(prompts).toHaveLength(1);
  ask({ sessionId: lastSession(), prompt: person('go on') });
  end();
  clock.advance(3 * MINUTE);
  expect(prompts).toHaveLength(3);
});

test.each([
  ['web', 1],
  ['Stop All', 2],
])('a manager that was stopped by %s is woken so often after all may go on: %d', (by, times) => {
  start(manager('persistent'));
  clock.advance(3 * MINUTE);
  happens(lastSession(), { kind: 'stopRequested', mode: 'stop', by });
  happens(lastSession(), { kind: 'turnEnded', turnId, outcome: 'interrupted' });
  happens(lastSession(), { kind: 'processExited', code: 0, signal: null, expected: true });
  stopped.stopAll();
  clock.advance(9 * MINUTE);
  expect(prompts).toHaveLength(1);
  stopped.resumeAll();
  clock.advance(3 * MINUTE);
  expect(prompts).toHaveLength(times);
});

test('after Stop All what agor itself prompts wakes nothing, a restart by the person does', () => {
  start(manager('on-demand'));
  stopped.stopAll();
  ask({ projectId: MANAGER, prompt: { ...person('a message'), source: 'agor' } });
  end();
  clock.advance(9 * MINUTE);
  expect(prompts).toHaveLength(1);
  stopped.resume(ProjectId.parse('p1'));
  expect(clock.pending).toBe(0);
  stopped.resume(MANAGER);
  clock.advance(3 * MINUTE);
  expect(prompts).toHaveLength(2);
});

test('another interval plans anew, another name does not, and a manager that is switched off is woken no more', () => {
  start(manager('persistent'));
  clock.advance(2 * MINUTE);
  change(manager('persistent', { name: 'Chief' }));
  clock.advance(MINUTE);
  expect(prompts).toHaveLength(1);
  end();
  change(manager('persistent', { wakeIntervalMin: 10 }));
  clock.advance(9 * MINUTE);
  expect(prompts).toHaveLength(1);
  clock.advance(MINUTE);
  expect(prompts).toHaveLength(2);
  end();
  change(manager('persistent', { enabled: false }));
  expect(clock.pending).toBe(0);
});
