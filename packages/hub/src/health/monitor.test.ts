import { afterEach, beforeEach, expect, test } from 'bun:test';
import {
  GroupsFile,
  type ProjectHealth,
  ProjectId,
  ProviderId,
  type SessionEventBody,
  SessionId,
  type SessionState,
  TurnId,
} from '@agor/protocol';
import { createLogger } from '@agor/runtime';
import { ManualClock, tempDir } from '@agor/runtime/testing';
import { fold } from '@agor/session';
import { HubBus } from '../events/index.ts';
import { wholeSummaryOf } from '../sessions/index.ts';
import { settingsOf } from '../settings/testing.ts';
import { HealthMonitor, healthSignals } from './index.ts';

const MINUTE = 60_000;
const started: SessionEventBody = { kind: 'processStarted', pid: 1, startTime: '1' };
const turnStarted: SessionEventBody = { kind: 'turnStarted', turnId: TurnId.parse('t') };
const turnEnded: SessionEventBody = { kind: 'turnEnded', turnId: TurnId.parse('t'), outcome: 'done' };
const bash: SessionEventBody = {
  kind: 'message',
  message: {
    id: 'm',
    type: 'tool_call',
    timestamp: 0,
    content: { toolUseId: 'u', name: 'Bash', kind: 'execute', input: {} },
  },
};

let dir: ReturnType<typeof tempDir>;
let clock: ManualClock;
let bus: HubBus;
let counts: { files: number; external: number };
let monitor: HealthMonitor;
let told: (readonly ProjectHealth[])[];
let states: Map<SessionId, SessionState>;
let heard: number | null;

beforeEach(() => {
  dir = tempDir();
  clock = new ManualClock();
  bus = new HubBus(createLogger({ name: 'test', file: `${dir.path}/log` }));
  states = new Map();
  told = [];
  heard = null;
  const groups = GroupsFile.parse({
    version: 1,
    groups: [
      {
        id: 'g',
        name: 'Group',
        projects: [
          { id: 'p1', name: 'One', identifier: 'one', cwd: '/one' },
          { id: 'p2', name: 'Two', identifier: 'two', cwd: '/two', stallThresholdMin: 5 },
        ],
        agents: [{ id: 'r', name: 'Reviewer', role: 'reviewer' }],
      },
    ],
  });
  const signals = healthSignals({
    clock,
    groups: () => groups,
    stallMinutes: (id) => settingsOf(() => groups).value('stall_threshold_min', id),
    heardAt: () => heard,
    fileConflicts: () => 0,
    reviewTasks: () => 3,
  });
  const get = (id: SessionId) => wholeSummaryOf(states.get(id) as SessionState, true, signals);
  counts = { files: 0, external: 0 };
  const conflicts = () => counts;
  const sessions = { get, list: () => [...states.keys()].map(get) };
  monitor = new HealthMonitor({ clock, bus, signals, sessions, conflicts });
  bus.on('health', ({ projects }) => told.push(projects));
  monitor.start();
});
afterEach(() => {
  monitor[Symbol.dispose]();
  expect(clock.pending).toBe(0);
  dir[Symbol.dispose]();
});

function happens(project: string, session: string, ...bodies: SessionEventBody[]): void {
  const id = SessionId.parse(session);
  const created: SessionEventBody = {
    kind: 'sessionCreated',
    projectId: ProjectId.parse(project),
    provider: ProviderId.parse('demo'),
    cwd: '/',
    title: '',
    permissionMode: 'default',
  };
  const known = states.get(id);
  for (const body of known ? bodies : [created, ...bodies]) {
    const before = states.get(id);
    states.set(id, fold(id, before, { ...body, seq: (before?.seq ?? 0) + 1, at: clock.now() }));
  }
  bus.emit('sessions', [{ sessionId: id, events: [], state: states.get(id) as SessionState }]);
}
function cost(totalCostUsd: number): SessionEventBody {
  return { kind: 'message', message: { id: 'u', type: 'usage', timestamp: 0, content: { totalCostUsd } } };
}
const of = (project: string) => monitor.of(ProjectId.parse(project));

test('a project tells its files in conflict as soon as they are', () => {
  happens('p1', 's', started, turnStarted);
  clock.advance(1_000);
  counts = { files: 2, external: 1 };
  bus.emit('conflicts', { projects: [], raised: [] });
  clock.advance(1_000);
  expect(of('p1')).toMatchObject({ fileConflictCount: 2, externalConflictCount: 1 });
});

test('while nothing runs no timer does', () => {
  happens('p1', 's', started);
  clock.advance(MINUTE);
  expect(clock.pending).toBe(0);
  expect(told).toEqual([]);
});

test('a hung tool stalls its project after 15 minutes, told once a minute, and a sign of life ends it', () => {
  happens('p1', 's', started, turnStarted, bash);
  clock.advance(14 * MINUTE);
  expect(of('p1')).toMatchObject({
    activityState: 'running',
    activeTool: 'Bash',
    idleDurationMs: 0,
    attentionScore: 0,
  });
  expect(told).toHaveLength(1);
  clock.advance(MINUTE + 5_000);
  expect(of('p1')).toMatchObject({
    activityState: 'stalled',
    activeTool: 'Bash',
    idleDurationMs: 15 * MINUTE,
    attentionScore: 100,
    attentionReason: 'Stalled — 15 min in Bash',
  });
  clock.advance(2 * MINUTE);
  expect(told).toHaveLength(4);
  happens('p1', 's', bash);
  clock.advance(1_000);
  expect(of('p1')?.activityState).toBe('running');
  happens('p1', 's', turnEnded);
  clock.advance(1_000);
  expect(monitor.list()).toEqual([]);
  expect(clock.pending).toBe(0);
});

test('a project’s own threshold counts, and streamed text is a sign of life', () => {
  happens('p2', 's', started, turnStarted);
  clock.advance(4 * MINUTE);
  heard = clock.now();
  clock.advance(4 * MINUTE);
  expect(of('p2')?.activityState).toBe('idle');
  clock.advance(MINUTE + 5_000);
  expect(of('p2')?.activityState).toBe('stalled');
});

test('money that burns is a rate of the project until five minutes after it was spent', () => {
  happens('p1', 's', started, turnStarted, cost(2));
  clock.advance(MINUTE);
  happens('p1', 's', cost(2.5), turnEnded);
  happens('p1', 'other', started, cost(0));
  clock.advance(1_000);
  expect(of('p1')?.burnRatePerHour).toBeGreaterThan(2);
  clock.advance(6 * MINUTE);
  expect(monitor.list()).toEqual([]);
  expect(clock.pending).toBe(0);
});

test('an agent with a role tells its last sign of life, streamed text too, at most every 15 s; a project’s agent has none', () => {
  happens('r', 's', started, turnStarted);
  happens('p1', 't', started, turnStarted);
  clock.advance(1_000);
  const began = of('r')?.heartbeatAt ?? Number.NaN;
  expect(clock.now() - began).toBeLessThanOrEqual(16_000);
  expect(of('p1')?.heartbeatAt).toBeNull();
  const before = told.length;
  for (let second = 0; second < 60; second += 5) {
    heard = clock.now();
    clock.advance(5_000);
  }
  expect(of('r')?.heartbeatAt).toBe(began + 45_000);
  expect(told.length - before).toBe(3);
});

test('a live reviewer has its queue as work', () => {
  happens('r', 's', started);
  clock.advance(1_000);
  expect(of('r')).toMatchObject({ attentionScore: 30, attentionReason: '3 tasks in review' });
});
