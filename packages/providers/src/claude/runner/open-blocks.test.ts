import { expect, test } from 'bun:test';
import { MAX_OPEN_BLOCK_CHARS } from '@agor/protocol';
import { OpenBlocks } from './open-blocks.ts';

type Event = Parameters<OpenBlocks['stream']>[0];
/** The stream's events are large; the tests name only what is read of them. */
const event = (fields: object) => fields as Event;
const begin = (id: string) => event({ type: 'message_start', message: { id } });
const block = (index: number, content_block: object) => event({ type: 'content_block_start', index, content_block });
const text = (index: number, value: string) =>
  event({ type: 'content_block_delta', index, delta: { type: 'text_delta', text: value } });

test('a block has one id from its first delta to its complete message', () => {
  const blocks = new OpenBlocks();
  blocks.stream(begin('m'));
  expect(blocks.stream(block(0, { type: 'text', text: '' }))).toBeNull();
  expect(blocks.stream(text(0, 'hel'))).toMatchObject({ blockId: 'm-0', kind: 'text', text: 'hel' });
  expect<string | undefined>(blocks.complete('m')).toBe('m-0');
  expect(blocks.takeLeftovers()).toEqual([]);
});

test('the complete message closes the block of its message that began last', () => {
  const blocks = new OpenBlocks();
  blocks.stream(begin('m'));
  blocks.stream(block(0, { type: 'thinking', thinking: '' }));
  expect<string | undefined>(blocks.complete('m')).toBe('m-0');
  blocks.stream(block(1, { type: 'tool_use', id: 't', name: 'Bash', input: {} }));
  const delta = event({
    type: 'content_block_delta',
    index: 1,
    delta: { type: 'input_json_delta', partial_json: '{' },
  });
  expect(blocks.stream(delta)).toMatchObject({ kind: 'toolInput', toolUseId: 't' });
  expect<string | undefined>(blocks.complete('m')).toBe('m-1');
  expect(blocks.complete('m')).toBeUndefined();
  expect(blocks.complete('another')).toBeUndefined();
});

test('what the vendor gave up is left over with its text, empty blocks are not', () => {
  const blocks = new OpenBlocks();
  blocks.stream(begin('m'));
  blocks.stream(block(0, { type: 'text', text: '' }));
  blocks.stream(text(0, 'half a sen'));
  blocks.stream(block(1, { type: 'text', text: '' }));
  expect(blocks.takeLeftovers()).toMatchObject([
    { blockId: 'm-0', event: { type: 'agor_partial', kind: 'text', text: 'half a sen' } },
  ]);
  expect(blocks.takeLeftovers()).toEqual([]);
});

test('an endless block keeps its beginning and goes on being passed on', () => {
  const blocks = new OpenBlocks();
  blocks.stream(begin('m'));
  blocks.stream(block(0, { type: 'text', text: '' }));
  const piece = 'x'.repeat(MAX_OPEN_BLOCK_CHARS / 2);
  for (let i = 0; i < 3; i++) expect(blocks.stream(text(0, piece))?.text).toBe(piece);
  expect(String(blocks.takeLeftovers()[0]?.event.text).length).toBe(MAX_OPEN_BLOCK_CHARS);
});
