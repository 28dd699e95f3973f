import { expect, test } from 'bun:test';
import { join } from 'node:path';
import { CommandId, PromptId, SessionId } from '@agor/protocol';
import { ManualClock, tempDir } from '@agor/runtime/testing';
import { openStore } from '../store/index.ts';
import { commandOf, queryOf } from '../testing/commands.ts';
import { CommandLedger } from './ledger.ts';

const s1 = SessionId.parse('s1');

test('a command is new once, also for the next process', () => {
  using dir = tempDir();
  const path = join(dir.path, 'journal.db');
  const query = queryOf('s1', 'hello');
  {
    using store = openStore(path);
    const ledger = new CommandLedger(store);
    expect(ledger.recordAccepted([query, query])).toEqual([query]);
    expect(ledger.recordAccepted([query])).toEqual([]);
  }
  using store = openStore(path);
  expect(new CommandLedger(store).recordAccepted([query])).toEqual([]);
});

test('a query is accepted, then written, then confirmed; only a written one is in doubt', () => {
  using dir = tempDir();
  using store = openStore(join(dir.path, 'journal.db'));
  const ledger = new CommandLedger(store);
  const [first, second] = [queryOf('s1', 'a', { promptId: 'p1' }), queryOf('s1', 'b', { promptId: 'p2' })];
  ledger.recordAccepted([first, second]);
  expect(ledger.unsettled().map(({ state }) => state)).toEqual(['accepted', 'accepted']);
  ledger.recordWritten(first.id);
  expect(ledger.unconfirmed(s1).map(({ promptId }) => String(promptId))).toEqual(['p1']);
  ledger.settleConfirmed(s1, PromptId.parse('p1'));
  expect(ledger.unconfirmed(s1)).toEqual([]);
  expect(ledger.unsettled().map(({ promptId }) => String(promptId))).toEqual(['p2']);
  ledger.settle(second.id, 'done');
  expect(ledger.unsettled()).toEqual([]);
});

test('settled commands are forgotten after a week, unsettled ones never', () => {
  using dir = tempDir();
  using store = openStore(join(dir.path, 'journal.db'));
  const clock = new ManualClock();
  const ledger = new CommandLedger(store, clock);
  const done = commandOf({ kind: 'interrupt', sessionId: s1 }, CommandId.parse('done'));
  const open = commandOf({ kind: 'interrupt', sessionId: s1 }, CommandId.parse('open'));
  ledger.recordAccepted([done, open]);
  ledger.settle(done.id, 'done');
  clock.advance(8 * 24 * 60 * 60 * 1000);
  const later = new CommandLedger(store, clock);
  expect(later.recordAccepted([done, open])).toEqual([done]);
});
