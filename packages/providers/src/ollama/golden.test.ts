import { expect, test } from 'bun:test';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AgentMessage } from '@agor/protocol';
import { ollamaAdapter } from './adapter.ts';
import { AnswerReader } from './runner/answer.ts';
import { Emitter } from './runner/emitter.ts';
import { RecordedContext } from './runner/testing.ts';
import { readChat } from './server/ollama-server.ts';

type Chunk = {
  readonly done: boolean;
  readonly message: { readonly content: string; readonly thinking?: string; readonly tool_calls?: unknown[] };
};

const chunks = readFileSync(join(import.meta.dir, 'fixtures', 'server', 'ollama-chat.ndjson'), 'utf8')
  .split('\n')
  .filter(Boolean)
  .map((line) => JSON.parse(line) as Chunk);

/** The captured answers: each ends with `done`, the last one breaks off. */
function answers(): Chunk[][] {
  const found: Chunk[][] = [[]];
  for (const chunk of chunks) {
    found.at(-1)?.push(chunk);
    if (chunk.done) found.push([]);
  }
  return found.filter((each) => each.length > 0);
}

async function* lines(answer: readonly Chunk[]) {
  yield* answer;
}

async function read(answer: readonly Chunk[]) {
  const ctx = new RecordedContext();
  const reader = new AnswerReader(ctx, new Emitter(ctx));
  const failure = await reader.read(readChat('Ollama', 'qwen3:8b', lines(answer))).then(
    () => null,
    (error: Error) => error.message,
  );
  const messages: AgentMessage[] = ctx.events.flatMap((event) => ollamaAdapter.adapt(event, {}, 0).messages);
  return { failure, messages, calls: reader.calls.map(({ name, input }) => ({ name, input })) };
}

test.each(answers().map((answer, n) => [n, answer] as const))(
  'captured answer %i: no word, thought or call is lost, and none comes twice',
  async (_n, answer) => {
    const { messages, calls } = await read(answer);
    const told = (type: 'text' | 'thinking') =>
      messages.flatMap((each) => (each.type === type ? [each.content.text] : [])).join('');
    expect(told('text')).toBe(answer.map(({ message }) => message.content).join(''));
    expect(told('thinking')).toBe(answer.map(({ message }) => message.thinking ?? '').join(''));
    expect(calls).toHaveLength(answer.flatMap(({ message }) => message.tool_calls ?? []).length);
  },
);

test('the captured answers read as they were reviewed', async () => {
  const all = await Promise.all(answers().map(read));
  const reviewed = all.map(({ failure, messages, calls }) => ({
    said: messages.map(({ type, content }) => ({ type, ...content })),
    ...(calls.length > 0 ? { calls } : {}),
    ...(failure ? { failure } : {}),
  }));
  expect(reviewed).toEqual([
    {
      said: [
        { type: 'thinking', text: 'I should list files first.', partial: undefined },
        { type: 'text', text: 'Listing.', partial: undefined },
      ],
      calls: [{ name: 'bash', input: { command: 'echo hi && pwd' } }],
    },
    {
      said: [],
      calls: [
        { name: 'write_file', input: { path: 'note.txt', content: 'line one\n' } },
        { name: 'read_file', input: { path: 'note.txt' } },
      ],
    },
    { said: [{ type: 'text', text: 'All done.', partial: undefined }] },
    { said: [], calls: [{ name: 'no_such_tool', input: { x: 1 } }] },
    { said: [{ type: 'text', text: 'recovered', partial: undefined }] },
    { said: [{ type: 'text', text: 'partial output that is cut by num_predict', partial: undefined }] },
    {
      said: [
        {
          type: 'text',
          text: 'partial word0 word1 word2 word3 word4 word5 word6 word7 ',
          partial: true,
        },
      ],
      failure: 'The connection to Ollama broke off in the middle of the answer (it ended without an end).',
    },
  ]);
});
