import { expect, test } from 'bun:test';
import fc from 'fast-check';
import type { ChatPart } from './chat.ts';
import { withoutThinkTags } from './think-tags.ts';

const END: ChatPart = { type: 'end', reason: 'stop' };

async function read(pieces: readonly string[]) {
  const parts = async function* (): AsyncGenerator<ChatPart> {
    for (const text of pieces) yield { type: 'text', text };
    yield END;
  };
  const said = { thinking: '', text: '', last: null as ChatPart | null };
  for await (const part of withoutThinkTags(parts())) {
    said.last = part;
    if (part.type === 'text' || part.type === 'thinking') said[part.type] += part.text;
  }
  return said;
}

function cut(text: string, sizes: readonly number[]): string[] {
  const pieces: string[] = [];
  for (let at = 0, n = 0; at < text.length; n++) {
    const size = sizes[n % sizes.length] ?? 1;
    pieces.push(text.slice(at, at + size));
    at += size;
  }
  return pieces;
}

test('thoughts between tags are told apart, wherever the stream is cut', async () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(sizes, async (each) => {
      const said = await read(cut('\n<think>Is 1 < 2? </thin Yes.</think>\n\nYes: <think> is a tag.', each));
      expect(said).toEqual({ thinking: 'Is 1 < 2? </thin Yes.', text: 'Yes: <think> is a tag.', last: END });
    }),
  );
});

test('a text without tags at its beginning stays as it is', async () => {
  for (const text of ['plain', '<thin', '<b>bold</b>', ' <', 'x <think>y</think>'])
    expect(await read([...text])).toMatchObject({ thinking: '', text, last: END });
});

test('thoughts that never end are thoughts', async () => {
  expect(await read(['<think>on and', ' on </th'])).toMatchObject({ thinking: 'on and on </th', text: '' });
});
