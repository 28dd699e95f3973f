import { afterEach, beforeEach, expect, test } from 'bun:test';
import { join } from 'node:path';
import { JournalEntry, SessionId, TEAM_CALL_LIMIT_MS, type TeamAnswer } from '@agor/protocol';
import { createLogger } from '@agor/runtime';
import { ManualClock, tempDir } from '@agor/runtime/testing';
import { Journal } from '../journal/index.ts';
import { openStore } from '../store/index.ts';
import { TeamCalls } from './team-calls.ts';

const session = SessionId.parse('s1');
const done: TeamAnswer = { state: 'done', result: { id: 'm1' } };
const send = (id = 'call-one') => ({ id, operation: 'btmsg.send', input: { to: 'web', content: 'hello' } });
const look = { id: 'call-look', operation: 'btmsg.inbox', input: {} };

let dir: ReturnType<typeof tempDir>;
let store: ReturnType<typeof openStore>;
let journal: Journal;
let clock: ManualClock;
let calls: TeamCalls;
let asked: string[];

beforeEach(() => {
  dir = tempDir();
  store = openStore(join(dir.path, 'journal.db'));
  journal = new Journal({ db: store.journal, log: createLogger({ name: 'test', file: '/dev/null' }) });
  clock = new ManualClock();
  calls = new TeamCalls(journal, clock);
  asked = [];
});
afterEach(() => {
  journal.close();
  store.close();
  dir[Symbol.dispose]();
});

/** A hub that takes calls and answers when the test says so. */
const hub = () => calls.connect(({ call }) => asked.push(call.id));
const kept = () =>
  journal.read(0, 1_000, 1_000_000).entries.flatMap((json) => {
    const { event } = JournalEntry.parse(JSON.parse(json));
    return event.kind === 'teamCall' ? [event.call.id] : [];
  });

test('a connected hub is asked, its answer comes back, and nothing is journaled', async () => {
  hub();
  const answer = calls.call(session, send());
  expect(asked).toEqual(['s1 call-one']);
  calls.answered('s1 call-one', done);
  expect(await answer).toEqual(done);
  expect(kept()).toEqual([]);
  expect(clock.pending).toBe(0);
});

test('without a hub what changes something is on the disk before it is called queued, and what only looks says why not', async () => {
  expect(await calls.call(session, send())).toEqual({ state: 'queued' });
  expect(kept()).toEqual(['s1 call-one']);
  expect(await calls.call(session, look)).toMatchObject({ state: 'failed', code: 'hubAway' });
  expect(kept()).toEqual(['s1 call-one']);
});

test('a hub that goes in mid-call leaves the call with the machine, under the same id', async () => {
  hub();
  const answer = calls.call(session, send());
  const looked = calls.call(session, look);
  calls.connect(null);
  expect(await answer).toEqual({ state: 'queued' });
  expect(await looked).toMatchObject({ state: 'failed', code: 'hubAway' });
  expect(kept()).toEqual(asked.slice(0, 1));
  expect(clock.pending).toBe(0);
});

test('another hub that takes the place of the first does not leave its calls without an answer', async () => {
  hub();
  const answer = calls.call(session, send());
  hub();
  expect(await answer).toEqual({ state: 'queued' });
});

test('a hub that does not answer in time counts as away, and its late answer changes nothing', async () => {
  hub();
  const answer = calls.call(session, send());
  clock.advance(TEAM_CALL_LIMIT_MS);
  expect(await answer).toEqual({ state: 'queued' });
  calls.answered('s1 call-one', done);
  expect(kept()).toEqual(['s1 call-one']);
});

test('two sessions may use the same id; one session may not while its first call is open', async () => {
  hub();
  const one = calls.call(session, send());
  const other = calls.call(SessionId.parse('s2'), send());
  expect(await calls.call(session, send())).toMatchObject({ state: 'failed', code: 'failed' });
  calls.answered('s2 call-one', { state: 'done', result: 2 });
  calls.answered('s1 call-one', { state: 'done', result: 1 });
  expect([await one, await other]).toEqual([
    { state: 'done', result: 1 },
    { state: 'done', result: 2 },
  ]);
});

test('calls beyond the bound are refused at once, and taken again when others are answered', async () => {
  hub();
  const open = Array.from({ length: 512 }, (_, n) => calls.call(session, send(`call-${n}`)));
  expect(await calls.call(session, send())).toMatchObject({ state: 'failed', code: 'failed' });
  for (const id of [...asked]) calls.answered(id, done);
  await Promise.all(open);
  const next = calls.call(session, send());
  calls.answered('s1 call-one', done);
  expect(await next).toEqual(done);
});

test('an id that is too long for its session is refused instead of failing on the way', async () => {
  hub();
  expect(await calls.call(session, send('x'.repeat(300)))).toMatchObject({ state: 'failed', code: 'invalid' });
  expect(asked).toEqual([]);
});
