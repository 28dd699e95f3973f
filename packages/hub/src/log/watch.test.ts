import { expect, test } from 'bun:test';
import { join } from 'node:path';
import { AgentId, SessionId, type SessionSummary, type WatchFrame } from '@agor/protocol';
import { createLogger } from '@agor/runtime';
import { ManualClock, tempDir } from '@agor/runtime/testing';
import { nothingElse } from '../core/testing.ts';
import { HubBus, type SessionChange } from '../events/index.ts';
import { watch } from './index.ts';

const ids = Array.from({ length: 50 }, (_, i) => SessionId.parse(`s${i}`));
const changed = (...of: SessionId[]) => of.map((sessionId) => ({ sessionId, events: [] }) as unknown as SessionChange);
const machine = { state: 'connected', since: 0, pid: 1, build: 'b', message: null } as const;

function start() {
  const dir = tempDir();
  const clock = new ManualClock();
  const bus = new HubBus(createLogger({ name: 'test', file: join(dir.path, 'log') }));
  const controller = new AbortController();
  const summary = (id: SessionId) => (id === 's49' ? null : ({ reason: id } as unknown as SessionSummary));
  const overview = {
    snapshot: () =>
      ({ ...nothingElse(), kind: 'snapshot', sessions: [], machine, problems: [], budgets: [] }) as Extract<
        WatchFrame,
        { kind: 'snapshot' }
      >,
    summary,
    openSessions: () => ids.slice(0, 2),
  };
  const frames = watch(bus, overview, clock, controller.signal);
  const next = async () => (await frames.next()).value as WatchFrame;
  return { dir, clock, bus, controller, frames, next, [Symbol.dispose]: () => dir[Symbol.dispose]() };
}

test('fifty streaming sessions are one frame in 50 ms, whatever they stream', async () => {
  using t = start();
  expect((await t.next()).kind).toBe('snapshot');
  t.bus.emit('sessions', changed(ids[0] as SessionId));
  expect(await t.next()).toMatchObject({ kind: 'sessions', changed: [{ reason: 's0' }] });
  const second = t.next();
  for (let i = 0; i < 1_000; i++) t.bus.emit('sessions', changed(...ids));
  await t.clock.advanceAsync(49);
  expect(await Promise.race([second, Promise.resolve('nothing yet')])).toBe('nothing yet');
  await t.clock.advanceAsync(1);
  const frame = await second;
  if (frame.kind !== 'sessions') throw new Error(frame.kind);
  expect(frame.changed).toHaveLength(49);
  expect(frame.removed).toEqual([SessionId.parse('s49')]);
});

test('of each topic a slow reader gets the newest only', async () => {
  using t = start();
  await t.next();
  for (let since = 0; since < 100; since++) t.bus.emit('problems', [{ code: 'a', message: 'b', since }]);
  t.bus.emit('settings', { theme: 'latte' });
  expect(await t.next()).toEqual({ kind: 'problems', problems: [{ code: 'a', message: 'b', since: 99 }] });
  expect(await t.next()).toEqual({ kind: 'settings', settings: { theme: 'latte' } });
});

test('what changed in the team is told by name, each thing once and at most five times a second', async () => {
  using t = start();
  await t.next();
  const to = AgentId.parse('admin');
  t.bus.emit('team', [{ kind: 'message', to, id: 'a' }]);
  expect(await t.next()).toEqual({ kind: 'team', changes: [{ kind: 'message', to, id: 'a' }] });
  const second = t.next();
  for (let i = 0; i < 1_000; i++) t.bus.emit('team', [{ kind: 'message', to, id: `m${i}` }, { kind: 'agents' }]);
  await t.clock.advanceAsync(199);
  expect(await Promise.race([second, Promise.resolve('nothing yet')])).toBe('nothing yet');
  await t.clock.advanceAsync(1);
  expect(await second).toEqual({ kind: 'team', changes: [{ kind: 'message', to, id: 'm999' }, { kind: 'agents' }] });
});

test('more changes of the team than are worth naming are told as such', async () => {
  using t = start();
  await t.next();
  t.bus.emit(
    'team',
    Array.from({ length: 1_000 }, (_, i) => ({ kind: 'task' as const, taskId: `t${i}`, groupId: 'g' })),
  );
  expect(await t.next()).toEqual({ kind: 'team', changes: [{ kind: 'all' }] });
});

test('when the link to the machine changes, the sessions under way are told anew', async () => {
  using t = start();
  await t.next();
  t.bus.emit('machine', { ...machine, state: 'lost' });
  expect(await t.next()).toMatchObject({ kind: 'machine', machine: { state: 'lost' } });
  expect(await t.next()).toMatchObject({ kind: 'sessions', changed: [{ reason: 's0' }, { reason: 's1' }] });
});

test('the stream ends with its signal and leaves no timer behind', async () => {
  using t = start();
  await t.next();
  t.bus.emit('sessions', changed(...ids));
  await t.next();
  t.bus.emit('sessions', changed(...ids));
  const last = t.frames.next();
  await Promise.resolve();
  t.controller.abort();
  expect((await last).done).toBe(true);
  expect(t.clock.pending).toBe(0);
});
