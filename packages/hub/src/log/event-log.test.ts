import { afterEach, beforeEach, expect, test } from 'bun:test';
import { join } from 'node:path';
import { newId, type SessionEventBody, SessionId } from '@agor/protocol';
import { createLogger } from '@agor/runtime';
import { ManualClock, tempDir } from '@agor/runtime/testing';
import { DEMO, prompt } from '../core/testing.ts';
import { type HubDatabase, openHubDatabase } from '../database/index.ts';
import { HubBus, type SessionChange } from '../events/index.ts';
import { EventLog } from './index.ts';

let dir: ReturnType<typeof tempDir>;
let db: HubDatabase;
let bus: HubBus;
let log: EventLog;
let clock: ManualClock;
const ID = SessionId.parse('session');

function open(): void {
  db = openHubDatabase(join(dir.path, 'sessions.db'));
  bus = new HubBus(createLogger({ name: 'test', file: join(dir.path, 'log') }));
  log = new EventLog(db, bus, clock);
}

beforeEach(() => {
  dir = tempDir();
  clock = new ManualClock();
  open();
});
afterEach(() => {
  db.close();
  dir[Symbol.dispose]();
});

function create(id: SessionId = ID): void {
  log.transaction(() =>
    log.create(id, {
      kind: 'sessionCreated',
      projectId: null,
      provider: DEMO,
      cwd: '/',
      title: 'A session',
      permissionMode: 'default',
    }),
  );
}
const text = (words: string): SessionEventBody => ({
  kind: 'message',
  message: { id: words, type: 'text', timestamp: 1, content: { text: words } },
});
const say = (...words: string[]) => log.transaction(() => log.append(ID, words.map(text)));

test('events get numbers without gaps, and are told after their commit only', () => {
  const told: SessionChange[] = [];
  const inTransaction: number[] = [];
  bus.on('sessions', (changes) => told.push(...changes));
  create();
  log.transaction(() => {
    log.append(ID, [text('one'), text('two')]);
    inTransaction.push(told.length);
    log.append(ID, [text('three')]);
  });
  expect(inTransaction).toEqual([1]);
  expect(told.map((change) => change.events.map((e) => e.seq))).toEqual([[1], [2, 3, 4]]);
  expect(log.tail(ID, 10).map((e) => e.seq)).toEqual([1, 2, 3, 4]);
});

test('a transaction that fails leaves log, state and listeners as they were', () => {
  create();
  let told = 0;
  let hooked = 0;
  bus.on('sessions', () => told++);
  const fail = () =>
    log.transaction(() => {
      log.append(ID, [text('lost')]);
      log.setHold(ID, 'held');
      log.afterCommit(() => hooked++);
      throw new Error('no');
    });
  expect(fail).toThrow('no');
  expect(log.requireState(ID)).toMatchObject({ seq: 1, lastText: '' });
  expect(log.hold(ID)).toBe('none');
  expect([told, hooked]).toEqual([0, 0]);
  say('kept');
  expect(log.tail(ID, 10).map((e) => e.seq)).toEqual([1, 2]);
});

test('a full disk refuses the event and loses nothing that was acknowledged', () => {
  create();
  say('one');
  const pages = db.raw.query<{ page_count: number }, []>('PRAGMA page_count').get()?.page_count ?? 0;
  db.raw.run(`PRAGMA max_page_count = ${pages}`);
  expect(() => say('x'.repeat(100_000))).toThrow('The disk is full, so nothing was saved');
  expect(log.requireState(ID).seq).toBe(2);
  db.raw.run(`PRAGMA max_page_count = ${pages + 1_000}`);
  say('two');
  expect(log.tail(ID, 10).map((e) => e.seq)).toEqual([1, 2, 3]);
  db.close();
  open();
  expect(log.requireState(ID)).toMatchObject({ seq: 3, lastText: 'two' });
});

test('a state that is read again equals the one in memory, also between two snapshots', () => {
  create();
  for (let i = 0; i < 70; i++) say(`word ${i}`);
  const before = log.requireState(ID);
  const epoch = log.epoch(ID);
  db.close();
  open();
  expect(log.requireState(ID)).toEqual(before);
  expect(log.epoch(ID)).toBe(epoch);
});

test('pages go back to the beginning without gap or double', () => {
  create();
  say(...Array.from({ length: 25 }, (_, i) => `word ${i}`));
  const first = log.page(ID, 27, 10);
  const second = log.page(ID, first.events[0]?.seq ?? 0, 10);
  const third = log.page(ID, second.events[0]?.seq ?? 0, 10);
  const all = [...third.events, ...second.events, ...first.events].map((e) => e.seq);
  expect(all).toEqual(Array.from({ length: 26 }, (_, i) => i + 1));
  expect([first.hasOlder, second.hasOlder, third.hasOlder]).toEqual([true, true, false]);
});

test('rebuild folds the projections anew from the log and gives the session a new epoch', async () => {
  create();
  say('one', 'two');
  const before = log.requireState(ID);
  const epoch = log.epoch(ID);
  db.raw.run(`UPDATE sessions SET state = json_set(state, '$.title', 'wrong')`);
  expect(await log.rebuild()).toEqual({ sessions: 1, changed: 1 });
  expect(log.requireState(ID)).toEqual(before);
  expect(log.epoch(ID)).not.toBe(epoch);
});

test('while a long session is rebuilt the hub works on, and what is added meanwhile is in the new state', async () => {
  create();
  log.transaction(() =>
    log.append(
      ID,
      Array.from({ length: 20_000 }, (_, i) => text(`word ${i}`)),
    ),
  );
  db.raw.run(`UPDATE sessions SET state = json_set(state, '$.title', 'wrong')`);
  let added = 0;
  const adding = setInterval(() => {
    if (added < 5) say(`meanwhile ${added++}`);
  }, 0);
  expect(await log.rebuild()).toEqual({ sessions: 1, changed: 1 });
  clearInterval(adding);
  expect(added).toBe(5);
  expect(log.requireState(ID)).toMatchObject({ seq: 20_006, lastText: 'meanwhile 4' });
  expect(log.requireState(ID).title).not.toBe('wrong');
});

test('an event of a newer agor is kept whole and shown as unknown', () => {
  create();
  db.raw.run(
    `INSERT INTO session_events VALUES ('${ID}', 2, 5, NULL, 'teleported', '{"kind":"teleported","to":"mars"}')`,
  );
  db.close();
  open();
  expect(log.tail(ID, 1)).toMatchObject([{ seq: 2, kind: 'unknown', raw: { kind: 'teleported', to: 'mars' } }]);
  expect(log.requireState(ID).seq).toBe(2);
});

test('the list holds every session that is under way, however old, and else the newest', () => {
  const busy = newId(SessionId);
  create(busy);
  log.transaction(() => log.append(busy, [{ kind: 'promptQueued', prompt: prompt('later') }]));
  for (let i = 0; i < 5; i++) {
    clock.advance(1);
    create(newId(SessionId));
  }
  const listed = log.states({ limit: 2 });
  expect(listed).toHaveLength(3);
  expect(listed.map((s) => s.id)).toContain(busy);
});

test('more sessions than memory holds can be changed in one transaction', () => {
  const ids = Array.from({ length: 600 }, () => newId(SessionId));
  for (const id of ids) create(id);
  log.transaction(() => {
    for (const id of ids) log.append(id, [text('hello')]);
  });
  for (const id of ids) expect(log.requireState(id)).toMatchObject({ seq: 2, lastText: 'hello' });
});
