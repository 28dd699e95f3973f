import { expect, test } from 'bun:test';
import { join } from 'node:path';
import { AgentId, GroupId, OPERATOR, ProviderId, SessionId, type SessionState } from '@agor/protocol';
import { createLogger } from '@agor/runtime';
import { ManualClock, tempDir } from '@agor/runtime/testing';
import { initialState } from '@agor/session';
import { type Actor, registerAgents, type TeamContext } from '../btmsg/index.ts';
import { openTeamDatabase } from '../database/index.ts';
import { rejected } from '../failure.ts';
import { callTeam } from './call.ts';
import { Courier, type CourierSessions } from './courier.ts';

const WEB = AgentId.parse('web');
const GATHER_MS = 150;
const operator: Actor = { id: OPERATOR, role: 'admin', rights: 'admin', tier: 0, groupId: null };

/** Sessions as the hub keeps them: a prompt is taken once by its command id, and what was taken outlives a crash. */
class FakeSessions implements CourierSessions {
  readonly taken = new Map<string, { text: string; sessionId: string }>();
  session: SessionState | null = null;
  steers = false;
  /** Thrown at the next prompt, before or after it was taken. */
  fault: { readonly when: 'before' | 'after'; readonly error: Error } | null = null;
  unable: Error | null = null;

  of(): SessionState | null {
    return this.session;
  }
  state(id: SessionId): SessionState | null {
    return this.session?.id === id ? this.session : null;
  }
  create(): SessionId {
    if (this.unable) throw this.unable;
    this.session = idle('s1');
    return this.session.id;
  }
  prompt({ commandId, sessionId, prompt }: Parameters<CourierSessions['prompt']>[0]): void {
    const { fault } = this;
    this.fault = null;
    if (fault?.when === 'before') throw fault.error;
    if (!this.taken.has(commandId)) this.taken.set(commandId, { text: prompt.text, sessionId });
    if (fault) throw fault.error;
  }
  canSteer(state: SessionState): boolean {
    return this.steers && state.turn !== null;
  }
  get texts(): string[] {
    return [...this.taken.values()].map(({ text }) => text);
  }
}

function idle(id: string): SessionState {
  const body = {
    kind: 'sessionCreated',
    projectId: null,
    provider: ProviderId.parse('demo'),
    cwd: '/',
    title: 't',
    permissionMode: 'default',
  } as const;
  return initialState(SessionId.parse(id), body, 0);
}
const busy = (id: string): SessionState => ({ ...idle(id), turn: { id: 't' as never, startedAt: 0 } });

/** A hub's part that delivers; opened again and again on one database. */
class Place implements Disposable {
  readonly #dir = tempDir();
  readonly clock = new ManualClock();
  readonly sessions = new FakeSessions();
  /** Stop All holds the agent. */
  isStopped = false;
  ctx: TeamContext;
  courier: Courier;

  constructor() {
    [this.ctx, this.courier] = this.#open();
    const groupId = GroupId.parse('g');
    const web = { id: WEB, name: 'Web', role: 'project', groupId, tier: 2 as const, model: null, cwd: null };
    registerAgents(this.ctx, [{ ...web, rights: 'project' }]);
    this.courier.start();
  }

  send(content: string): string {
    const call = { id: crypto.randomUUID(), operation: 'btmsg.send', input: { to: 'web', content } };
    const { id } = callTeam(this.ctx, operator, call) as { id: string };
    this.courier.nudge(WEB);
    return id;
  }

  pass(): void {
    this.clock.advance(GATHER_MS);
  }

  [Symbol.dispose](): void {
    this.courier[Symbol.dispose]();
    this.ctx.db.close();
    this.#dir[Symbol.dispose]();
  }

  #open(): [TeamContext, Courier] {
    const { clock, sessions } = this;
    const db = openTeamDatabase(join(this.#dir.path, 'btmsg.db'));
    const ctx: TeamContext = { db, clock, changed: () => {}, isActive: () => false };
    const log = createLogger({ name: 'test', file: '/dev/null' });
    return [ctx, new Courier({ ctx, clock, log, sessions, isStopped: () => this.isStopped })];
  }
}

test('an agent without a session gets one, and what came close together is one prompt', () => {
  using place = new Place();
  place.send('first');
  place.send('second');
  expect(place.sessions.texts).toEqual([]);
  place.pass();
  expect(place.sessions.texts).toHaveLength(1);
  expect(place.sessions.texts[0]).toMatch(/^You have 2 messages\..*first.*---.*second$/s);
  expect(place.clock.pending).toBe(0);
});

test('a busy agent is told when its turn is over; one that can be steered, in its turn', () => {
  using place = new Place();
  place.sessions.session = busy('s1');
  place.send('later');
  place.pass();
  expect(place.sessions.texts).toEqual([]);
  place.sessions.session = idle('s1');
  place.courier.nudge(WEB);
  place.pass();
  expect(place.sessions.texts).toEqual([expect.stringContaining('later')]);

  place.sessions.session = busy('s1');
  place.sessions.steers = true;
  place.send('now');
  place.pass();
  expect(place.sessions.texts.at(-1)).toContain('now');
});

test('a session that takes nothing leaves the messages waiting, and they come with its next sign of life', () => {
  using place = new Place();
  place.sessions.fault = { when: 'before', error: rejected('The queue is full.') };
  place.send('hello');
  place.pass();
  expect(place.sessions.texts).toEqual([]);
  place.courier.nudge(WEB);
  place.pass();
  expect(place.sessions.texts).toHaveLength(1);
});

test('an agent that cannot be started keeps its messages, and is tried again by and by', () => {
  using place = new Place();
  place.sessions.unable = rejected('The provider is switched off.');
  place.send('hello');
  place.pass();
  expect(place.sessions.texts).toEqual([]);
  place.sessions.unable = null;
  place.clock.advance(60_000 + GATHER_MS);
  expect(place.sessions.texts).toHaveLength(1);
  expect(place.clock.pending).toBe(0);
});

test('what the agent has read by itself is not brought to it again', () => {
  using place = new Place();
  const id = place.send('hello');
  const web: Actor = { id: WEB, role: 'project', rights: 'project', tier: 2, groupId: GroupId.parse('g') };
  callTeam(place.ctx, web, { id: 'read-one', operation: 'btmsg.read', input: { id } });
  place.pass();
  expect(place.sessions.texts).toEqual([]);
});

test('more than a prompt holds follows in the next ones, in order, a single long one whole', () => {
  using place = new Place();
  for (let n = 0; n < 25; n++) place.send(`number ${n};`);
  place.send('x'.repeat(90_000));
  for (let n = 0; n < 5; n++) {
    place.courier.nudge(WEB);
    place.pass();
  }
  const all = place.sessions.texts.join('\n');
  const order = [...all.matchAll(/number (\d+);/g)].map(([, n]) => Number(n));
  expect(order).toEqual(Array.from({ length: 25 }, (_, n) => n));
  expect(all.split('x'.repeat(90_000))).toHaveLength(2);
});

test('an agent that Stop All holds is not started by messages, also not by a hub that starts anew, until it is freed', () => {
  using place = new Place();
  place.isStopped = true;
  place.send('first');
  place.pass();
  place.courier.start();
  place.clock.advance(10 * 60_000);
  expect([place.sessions.session, place.sessions.texts]).toEqual([null, []]);
  place.isStopped = false;
  place.courier.freed(WEB);
  place.pass();
  expect(place.sessions.texts).toEqual([expect.stringContaining('first')]);
});

test('what was put together before Stop All and not handed over is brought once when the agent is freed', () => {
  using place = new Place();
  place.send('first');
  place.sessions.fault = { when: 'before', error: new Error('kill -9') };
  expect(() => place.pass()).toThrow('kill -9');
  place.isStopped = true;
  place.courier.start();
  place.pass();
  expect(place.sessions.texts).toEqual([]);
  place.isStopped = false;
  place.courier.freed(WEB);
  place.pass();
  expect(place.sessions.texts).toHaveLength(1);
});
