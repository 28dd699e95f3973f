import { expect, test } from 'bun:test';
import { join } from 'node:path';
import { CommandId, newId } from '@agor/protocol';
import { ManualClock, tempDir } from '@agor/runtime/testing';
import { openHubDatabase } from '../database/index.ts';
import { Failure } from '../failure.ts';
import { DoneCommands } from './index.ts';

function setup() {
  const dir = tempDir();
  const db = openHubDatabase(join(dir.path, 'sessions.db'));
  const close = () => {
    db.close();
    dir[Symbol.dispose]();
  };
  return { db, done: new DoneCommands(db, new ManualClock()), [Symbol.dispose]: close };
}
const again = (): unknown => {
  throw new Error('done again');
};

test('a command that comes again is answered with its first result, in whatever order its fields are written', () => {
  using t = setup();
  const commandId = newId(CommandId);
  expect(t.done.once('rename', { commandId, a: 1, b: { c: 2, d: undefined } }, () => 'first')).toBe('first');
  expect(t.done.once('rename', { b: { c: 2 }, a: 1, commandId }, again)).toBe('first');
});

test('an id that was used for another operation or another input is refused in words, and nothing is done', () => {
  using t = setup();
  const commandId = newId(CommandId);
  const input = { commandId, title: 'one' };
  t.done.once('rename', input, () => null);
  for (const [operation, other] of [
    ['rename', { commandId, title: 'two' }],
    ['stop', input],
  ] as const) {
    expect(() => t.done.once(operation, other, again)).toThrow(Failure);
    expect(() => t.done.once(operation, other, again)).toThrow('This command id was used for another command');
  }
});

test('what was done before agor kept what an id was used for is answered as it was', () => {
  using t = setup();
  const commandId = newId(CommandId);
  t.db.raw.run('INSERT INTO done_commands (id, at, result) VALUES (?, 1, ?)', [commandId, '{"old":true}']);
  expect(t.done.once('rename', { commandId }, again)).toEqual({ old: true });
});
