import { expect, test } from 'bun:test';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { JournalEntry, type MachineEvent, SessionId } from '@agor/protocol';
import { createLogger } from '@agor/runtime';
import { tempDir, until } from '@agor/runtime/testing';
import { openStore } from '../store/index.ts';
import { Journal } from './journal.ts';
import type { JournalLimits } from './limits.ts';

const log = createLogger({ name: 'test', file: '/dev/null' });
const s1 = SessionId.parse('s1');
const s2 = SessionId.parse('s2');

const event = (n: number, bytes = 0, sessionId = s1): { sessionId: SessionId; event: MachineEvent } => ({
  sessionId,
  event: { kind: 'badLine', sessionId, reason: `${n}`, head: 'h'.repeat(bytes), bytes: n },
});

function openJournal(dir: string, limits?: JournalLimits) {
  const store = openStore(join(dir, 'journal.db'));
  const journal = new Journal({ db: store.journal, log, ...(limits ? { limits } : {}) });
  return {
    store,
    journal,
    [Symbol.dispose]: () => {
      journal.close();
      store.close();
    },
  };
}

function readAll(journal: Journal, after: number): JournalEntry[] {
  const found: JournalEntry[] = [];
  for (let cursor = after; ; ) {
    const page = journal.read(cursor, 7, 1_000_000);
    if (page.entries.length === 0) return found;
    found.push(...page.entries.map((json) => JournalEntry.parse(JSON.parse(json))));
    cursor = page.last;
  }
}
const numbers = (entries: readonly JournalEntry[]): number[] => entries.map((entry) => entry.seq);
const kinds = (entries: readonly JournalEntry[]): string[] => entries.map((entry) => entry.event.kind);

test('entries are numbered without gaps and read from any cursor on, from memory and from disk alike', async () => {
  using dir = tempDir();
  {
    using open = openJournal(dir.path);
    open.journal.append(Array.from({ length: 50 }, (_, n) => event(n + 1)));
    expect(open.journal.cursor.seq).toBe(0);
    await open.journal.committed();
    expect(numbers(readAll(open.journal, 0))).toEqual(Array.from({ length: 50 }, (_, n) => n + 1));
    expect(numbers(readAll(open.journal, 44))).toEqual([45, 46, 47, 48, 49, 50]);
  }
  using again = openJournal(dir.path);
  expect(numbers(readAll(again.journal, 44))).toEqual([45, 46, 47, 48, 49, 50]);
});

test('a number is never given twice, also when its entry is acknowledged and gone', async () => {
  using dir = tempDir();
  let epoch = '';
  {
    using open = openJournal(dir.path);
    open.journal.append([event(1), event(2)]);
    await open.journal.committed();
    open.journal.acknowledge(open.journal.cursor);
    epoch = open.journal.cursor.epoch;
    await until('the entries are deleted', () => open.journal.usedBytes === 0);
  }
  using again = openJournal(dir.path);
  expect(again.journal.cursor).toEqual({ epoch, seq: 2 });
  again.journal.append([event(3)]);
  await again.journal.committed();
  expect(numbers(readAll(again.journal, again.journal.startFrom({ epoch, seq: 2 })))).toEqual([3]);
});

test('what was committed by an earlier process reaches a hub that has only a part of it', async () => {
  using dir = tempDir();
  {
    using open = openJournal(dir.path);
    open.journal.append(Array.from({ length: 20 }, (_, n) => event(n)));
  }
  using again = openJournal(dir.path);
  const { epoch } = again.journal.cursor;
  expect(numbers(readAll(again.journal, again.journal.startFrom({ epoch, seq: 17 })))).toEqual([18, 19, 20]);
});

test('a hub that knows more than the journal (power cut) begins a new epoch, and nothing new is taken for old', async () => {
  using dir = tempDir();
  {
    using open = openJournal(dir.path);
    open.journal.append([event(1), event(2)]);
  }
  using again = openJournal(dir.path);
  const { epoch } = again.journal.cursor;
  again.journal.append([event(33), event(44)]);
  const after = again.journal.startFrom({ epoch, seq: 4 });
  expect(again.journal.cursor.epoch).not.toBe(epoch);
  const entries = readAll(again.journal, after);
  expect(numbers(entries)).toEqual([1, 2]);
  expect(entries.map(({ event }) => event.kind === 'badLine' && event.bytes)).toEqual([33, 44]);
});

test('an unknown epoch gets everything there is', async () => {
  using dir = tempDir();
  using open = openJournal(dir.path);
  open.journal.append([event(1), event(2)]);
  await open.journal.committed();
  expect(open.journal.startFrom({ epoch: 'another', seq: 99 })).toBe(0);
  expect(open.journal.startFrom(null)).toBe(0);
});

test('a session at its bound waits, its neighbour does not, and acknowledging lets it go on', async () => {
  using dir = tempDir();
  using open = openJournal(dir.path, { machineBytes: 1_000_000, sessionBytes: 10_000 });
  const { journal } = open;
  journal.append(Array.from({ length: 20 }, (_, n) => event(n, 600)));
  journal.append([event(1, 10, s2)]);
  await journal.committed();
  const wait = journal.room(s1);
  expect(wait).not.toBeNull();
  expect(journal.room(s2)).toBeNull();
  await journal.committed();
  expect(kinds(readAll(journal, 21))).toEqual(['paused']);
  journal.acknowledge(journal.cursor);
  await wait;
  await journal.committed();
  expect(kinds(readAll(journal, 22))).toEqual(['resumed']);
  expect(journal.room(s1)).toBeNull();
});

test('on a full disk nothing is dropped: entries stay in order in memory and are written when there is room', async () => {
  using dir = tempDir();
  using open = openJournal(dir.path);
  const { journal, store } = open;
  const pages = store.journal.query<{ page_count: number }, []>('PRAGMA page_count').get()?.page_count ?? 0;
  store.journal.run(`PRAGMA max_page_count = ${pages + 3}`);
  journal.append(Array.from({ length: 40 }, (_, n) => event(n, 1_000)));
  await until('the disk is full', () => journal.room(s1) !== null && journal.isPaused(s1));
  const wait = journal.room(s1);
  journal.append([event(41)]);
  expect(journal.cursor.seq).toBe(0);
  store.journal.run('PRAGMA max_page_count = 1000000');
  await wait;
  await journal.committed();
  const entries = readAll(journal, 0);
  expect(numbers(entries)).toEqual(Array.from({ length: entries.length }, (_, n) => n + 1));
  expect(kinds(entries).slice(40)).toEqual(['paused', 'badLine', 'resumed']);
  expect(entries[40]?.event).toMatchObject({ kind: 'paused', reason: 'disk full' });
});

test('what is settled together with an entry is settled with it or not at all', async () => {
  using dir = tempDir();
  using open = openJournal(dir.path);
  const { journal, store } = open;
  let fail = true;
  const settle = (): void => {
    store.journal.run("INSERT INTO meta VALUES ('settled', 'yes')");
    if (fail) throw new Error('not now');
  };
  const settled = () => store.journal.query("SELECT * FROM meta WHERE key = 'settled'").all().length;
  journal.append([{ ...event(1), alongside: settle }]);
  await until('it was tried', () => journal.isPaused(s1) || journal.room(s1) !== null);
  expect([settled(), journal.cursor.seq]).toEqual([0, 0]);
  fail = false;
  await journal.committed();
  expect(settled()).toBe(1);
});

test('the file stays small while entries come and are acknowledged', async () => {
  using dir = tempDir();
  using open = openJournal(dir.path);
  const { journal } = open;
  for (let round = 0; round < 25; round++) {
    journal.append(Array.from({ length: 400 }, (_, n) => event(n, 1_000)));
    await journal.committed();
    journal.acknowledge(journal.cursor);
    await until('they are deleted', () => journal.usedBytes === 0);
  }
  expect(statSync(join(dir.path, 'journal.db')).size).toBeLessThan(4_000_000);
});
