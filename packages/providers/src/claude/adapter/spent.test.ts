import { expect, test } from 'bun:test';
import type { AgentMessage } from '@agor/protocol';
import type { AdapterMemory } from '../../define.ts';
import { claudeAdapter } from './index.ts';

let uuid = 0;
const usage = (input: number, output: number, read = 0, write = 0) => ({
  input_tokens: input,
  output_tokens: output,
  cache_read_input_tokens: read,
  cache_creation_input_tokens: write,
});
const said = (id: string, tokens: object, parent: string | null = null) => ({
  type: 'assistant',
  uuid: `u${++uuid}`,
  parent_tool_use_id: parent,
  message: { id, model: 'claude-sonnet-4-5', content: [{ type: 'text', text: 'words' }], usage: tokens },
});
const ended = (messageId: string, output: number) => ({
  type: 'agor_call_ended',
  uuid: `u${++uuid}`,
  messageId,
  usage: { output_tokens: output },
});

function adaptAll(...events: object[]): AgentMessage[] {
  let memory: AdapterMemory = claudeAdapter.initial();
  return events.flatMap((event) => {
    const adapted = claudeAdapter.adapt(event, JSON.parse(JSON.stringify(memory)) as AdapterMemory, 0);
    memory = adapted.memory;
    return adapted.messages;
  });
}
const sum = (messages: readonly AgentMessage[]) =>
  messages.reduce(
    (all, { spent }) => ({
      input: all.input + (spent?.inputTokens ?? 0),
      output: all.output + (spent?.outputTokens ?? 0),
      read: all.read + (spent?.cacheReadTokens ?? 0),
      write: all.write + (spent?.cacheCreationTokens ?? 0),
    }),
    { input: 0, output: 0, read: 0, write: 0 },
  );

test('a call that answers in several blocks is counted once, with what its usage grew by', () => {
  const messages = adaptAll(
    said('a', usage(100, 1, 50, 10)),
    said('a', usage(100, 1, 50, 10)),
    said('a', usage(100, 9, 50, 10)),
  );
  expect(sum(messages)).toEqual({ input: 100, output: 9, read: 50, write: 10 });
});

test("subagents' calls count, also where two answer at once, and each under its own model", () => {
  const messages = adaptAll(
    said('a', usage(10, 1), 'tool-1'),
    said('b', usage(20, 1), 'tool-2'),
    said('a', usage(10, 1), 'tool-1'),
    said('b', usage(20, 1), 'tool-2'),
    said('c', usage(30, 1)),
  );
  expect(sum(messages)).toEqual({ input: 60, output: 3, read: 0, write: 0 });
  expect(messages.flatMap(({ spent }) => spent?.model ?? [])).toEqual(Array(3).fill('claude-sonnet-4-5'));
});

test('what an answer was in the end is told when it ends: thoughts that nobody saw are in it, and the window shows it', () => {
  const messages = adaptAll(said('a', usage(100, 1, 50)), ended('a', 4_000));
  expect(sum(messages)).toMatchObject({ input: 100, output: 4_000 });
  expect(messages.at(-1)).toMatchObject({ type: 'usage', content: { contextTokens: 4_150 } });
});

test('what the CLI says in its own name spent nothing', () => {
  const event = said('a', usage(5, 5));
  expect(sum(adaptAll({ ...event, message: { ...event.message, model: '<synthetic>' } }))).toMatchObject({ input: 0 });
});
