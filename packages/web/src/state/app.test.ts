import { AskId, SessionId } from '@agor/protocol';
import { ORPCError } from '@orpc/client';
import { flushSync } from 'svelte';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { sampleHub, text } from '../testing/sample-data.ts';
import { App } from './app.svelte.ts';
import type { Failure } from './commands.svelte.ts';

let app: App | undefined;
const failures: Failure[] = [];
beforeEach(() => localStorage.clear());
afterEach(() => {
  app?.[Symbol.dispose]();
  failures.length = 0;
});

async function open(hub = sampleHub()) {
  const opened = new App({ client: hub.client(), state: 'connected', since: null }, (failure) =>
    failures.push(failure),
  );
  app = opened;
  await vi.waitUntil(() => opened.watch.ready);
  return { hub, app: opened };
}
const boxNamed = (of: App, name: string) => {
  const box = of.workspace.boxes.find((b) => b.name === name);
  if (!box) throw new Error(`no box ${name}`);
  return box;
};

test('the counts and the queue of those who need the person are those of the hub', async () => {
  const { app } = await open();
  expect(app.sessions.counts).toEqual({ running: 1, waiting: 1, idle: 0, failed: 1, unreachable: 0 });
  expect(app.attention.needs.map(({ name }) => name)).toEqual(['billing-api', 'worker']);
});

test('a session whose agent ended with an unanswered question waits, whatever its process does', async () => {
  const { hub, app } = await open();
  const id = app.workspace.shown(boxNamed(app, 'billing-api'))?.state.id;
  const asked = id && hub.session(id).state.asks[0];
  const turnId = id && hub.session(id).state.turn?.id;
  if (!asked || !turnId) throw new Error('billing-api waits for permission');
  hub.emit(id, { kind: 'askLapsed', askId: asked.ask.id }, { kind: 'turnEnded', turnId, outcome: 'interrupted' });
  await vi.waitUntil(() => app.sessions.get(id)?.status !== 'waiting');
  expect(app.sessions.counts).toMatchObject({ waiting: 1, idle: 0 });
});

test('a follower shows the same log, without gap or double, after its connection was lost', async () => {
  const { hub, app } = await open();
  const id = app.workspace.shown(boxNamed(app, 'web-shop'))?.state.id;
  if (!id) throw new Error('web-shop has a session');
  using follow = app.agents.follow(id);
  await vi.waitUntil(() => follow.session.phase === 'live');
  hub.dropConnections();
  await vi.waitUntil(() => follow.session.phase === 'reconnecting');
  hub.emit(id, text('a', 'said while away'));
  hub.emit(id, text('b', 'and this'));
  await vi.waitUntil(() => follow.session.phase === 'live' && follow.session.state?.lastText === 'and this');
  hub.emit(id, text('c', 'live again'));
  await vi.waitUntil(() => follow.session.state?.lastText === 'live again');
  expect(follow.session.events.map(({ seq }) => seq)).toEqual(hub.session(id).log.map(({ seq }) => seq));
});

test('a log that was rebuilt is loaded anew', async () => {
  const { hub, app } = await open();
  const id = app.workspace.shown(boxNamed(app, 'web-shop'))?.state.id;
  if (!id) throw new Error('web-shop has a session');
  using follow = app.agents.follow(id);
  await vi.waitUntil(() => follow.session.phase === 'live');
  hub.epoch = 'epoch-2';
  const session = hub.session(id);
  session.log = session.log.slice(0, 1);
  session.state = { ...session.state, seq: 1, lastText: 'rebuilt' };
  hub.dropConnections();
  await vi.waitUntil(() => follow.session.state?.lastText === 'rebuilt');
  expect(follow.session.events).toHaveLength(1);
});

test('a session that the hub does not know is gone, and nobody asks for it for ever', async () => {
  const { app } = await open();
  using follow = app.agents.follow(SessionId.parse('never-was'));
  await vi.waitUntil(() => follow.session.phase === 'gone');
});

test('a box shows its newest session until the person picks another', async () => {
  const { hub, app } = await open();
  const box = boxNamed(app, 'worker');
  const first = app.workspace.shown(box)?.state.id;
  const newer = hub.begin({
    projectId: box.projectId,
    provider: hub.session(first as SessionId).state.provider,
    cwd: box.cwd,
    title: 'second',
    permissionMode: 'default',
  });
  await vi.waitUntil(() => app.workspace.shown(box)?.state.id === newer);
  app.workspace.show(box.key, first ?? null);
  expect(app.workspace.shown(box)?.state.id).toBe(first);
  expect(new App(app.connection, () => {}).workspace.tab(box.key)).toBe('model');
});

test('a refused command ends its spinner and tells the person what the hub said', async () => {
  const { hub, app } = await open();
  hub.failNext.set(
    'groups.removeDemo',
    new ORPCError('REJECTED', { message: 'An agent still runs in it. Stop it first.' }),
  );
  const sent = app.commands.run('k', 'The demo was not removed', (commandId) =>
    app.client.groups.removeDemo({ commandId }),
  );
  flushSync();
  expect(app.commands.busy('k')).toBe(true);
  expect((await sent).ok).toBe(false);
  expect(app.commands.busy('k')).toBe(false);
  expect(failures).toEqual([
    { title: 'The demo was not removed', message: 'An agent still runs in it. Stop it first.' },
  ]);
});

test('going to the next who needs the person switches the group when it must', async () => {
  const { hub, app } = await open();
  await app.client.groups.activate({ commandId: 'c' as never, groupId: 'tools' as never });
  await vi.waitUntil(() => app.workspace.activeGroup?.name === 'Tools');
  const need = app.attention.next();
  if (!need) throw new Error('somebody needs the person');
  await app.visit(need);
  await vi.waitUntil(() => app.workspace.activeGroup?.name === 'Shop');
  expect(app.workspace.focused?.name).toBe('billing-api');
  expect(app.attention.said).toBe('billing-api: waits for permission, 1 of 2');
  expect(hub.received.filter(({ name }) => name === 'groups.activate')).toHaveLength(2);
});

test('the walk goes from the most urgent to the last, an answer moves it on, and what needs the person again is shown again', async () => {
  const { hub, app } = await open();
  const names = () => app.workspace.focused?.name;
  app.visitNext();
  await vi.waitUntil(() => names() === 'billing-api');
  const billing = app.attention.current;
  const ask = billing && hub.session(billing).state.asks[0]?.ask;
  if (!billing || !ask) throw new Error('billing-api asks something');
  app.answered(billing, ask.id);
  await vi.waitUntil(() => names() === 'worker');
  // All were shown: a new round.
  app.visitNext();
  await vi.waitUntil(() => names() === 'billing-api');
  hub.emit(billing, {
    kind: 'askAnswered',
    askId: ask.id,
    answer: { kind: 'permission', decision: 'allow' },
    by: 'web',
  });
  await vi.waitUntil(() => app.attention.needs.length === 1);
  app.visitNext();
  await vi.waitUntil(() => names() === 'worker');
  hub.emit(billing, { kind: 'askOpened', ask: { ...ask, id: AskId.parse('again') } });
  await vi.waitUntil(() => app.attention.needs.length === 2);
  app.visitNext();
  await vi.waitUntil(() => names() === 'billing-api');
});

test('whoever answers without having come by the walk stays where they are', async () => {
  const { hub, app } = await open();
  const [need] = app.attention.needs;
  const ask = need && hub.session(need.summary.state.id).state.asks[0]?.ask;
  if (!need || !ask) throw new Error('somebody asks something');
  app.workspace.focus('web-shop');
  app.answered(need.summary.state.id, ask.id);
  expect(app.workspace.focused?.name).toBe('web-shop');
});
