import { expect, test } from 'bun:test';
import { type Delta, MAX_OPEN_BLOCK_CHARS } from '@agor/protocol';
import { OpenBlocks } from './open-blocks.ts';
import { block, place, SESSION, text } from './testing.ts';

const delta = (offset: number, words: string, blockId = 'b'): Delta => ({
  sessionId: SESSION,
  blockId: block(blockId),
  kind: 'text',
  offset,
  text: words,
});

test('deltas grow a block, an overlap is not doubled and a hole is reported', () => {
  const blocks = new OpenBlocks();
  expect(blocks.apply(delta(0, 'hello'))).toBe(true);
  expect(blocks.apply(delta(3, 'lo world'))).toBe(true);
  expect(blocks.list()[0]?.text).toBe('hello world');
  expect(blocks.apply(delta(50, 'later'))).toBe(false);
  expect(blocks.list()[0]?.text).toBe('hello world');
});

test('the complete message closes its block, the end of the turn closes all', () => {
  const blocks = new OpenBlocks();
  blocks.apply(delta(0, 'a', 'one'));
  blocks.apply(delta(0, 'b', 'two'));
  for (const event of place([text('m', 'a', 'one')])) blocks.settle(event);
  expect(blocks.list().map((b) => b.text)).toEqual(['b']);
  for (const event of place([{ kind: 'processExited', code: 0, signal: null, expected: true }])) blocks.settle(event);
  expect(blocks.size).toBe(0);
});

test('a block stops growing at its bound and says so', () => {
  const blocks = new OpenBlocks();
  blocks.apply(delta(0, 'x'.repeat(MAX_OPEN_BLOCK_CHARS)));
  blocks.apply(delta(MAX_OPEN_BLOCK_CHARS, 'more'));
  const [only] = blocks.list();
  expect(only?.text.length).toBe(MAX_OPEN_BLOCK_CHARS);
  expect(only?.truncated).toBe(true);
  expect(blocks.close(block('b'))?.truncated).toBe(true);
  expect(blocks.apply(delta(0, 'room again', 'next'))).toBe(true);
  expect(blocks.list()[0]?.text).toBe('room again');
});
