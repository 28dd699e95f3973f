import { expect, test } from 'bun:test';
import { AgentMessage, BlobId } from '@agor/protocol';
import fc from 'fast-check';
import type { AdapterMemory } from '../define.ts';
import { keepRawAdapter } from '../keep-raw.ts';
import { adapterFor } from '../registry.ts';
import { demoAdapter } from './adapter.ts';

const AT = 1_000;
const base = { id: 'run-1', at: 5 };

/** Raw event → the message it must become; the ids and times are the event's own. */
const GOLDEN: readonly [raw: Record<string, unknown>, message: Record<string, unknown>][] = [
  [
    {
      type: 'session',
      conversationId: 'c1',
      model: 'script',
      cwd: '/p',
      permissionMode: 'default',
      tools: ['Bash'],
      commands: ['help'],
      version: '1.0.0',
    },
    {
      type: 'init',
      content: {
        sessionId: 'c1',
        model: 'script',
        cwd: '/p',
        tools: ['Bash'],
        permissionMode: 'default',
        slashCommands: ['help'],
        agentVersion: '1.0.0',
      },
    },
  ],
  [
    { type: 'text', text: 'hi', parentId: 'tool-9' },
    { type: 'text', parentId: 'tool-9', content: { text: 'hi' } },
  ],
  [
    { type: 'text', text: 'h', partial: true },
    { type: 'text', content: { text: 'h', partial: true } },
  ],
  [
    { type: 'thinking', text: 'hm' },
    { type: 'thinking', content: { text: 'hm' } },
  ],
  [
    { type: 'toolCall', toolUseId: 't1', name: 'Bash', kind: 'execute', title: 'ls', input: { command: 'ls' } },
    {
      type: 'tool_call',
      content: { toolUseId: 't1', name: 'Bash', kind: 'execute', title: 'ls', input: { command: 'ls' } },
    },
  ],
  [
    { type: 'toolResult', toolUseId: 't1', output: 'a\n', exitCode: 0, durationMs: 3 },
    { type: 'tool_result', content: { toolUseId: 't1', output: 'a\n', isError: false, exitCode: 0, durationMs: 3 } },
  ],
  [
    { type: 'status', subtype: 'demo', message: 'well' },
    { type: 'status', content: { subtype: 'demo', message: 'well' } },
  ],
  [
    { type: 'compaction', trigger: 'manual', preTokens: 10, postTokens: 1 },
    { type: 'compaction', content: { trigger: 'manual', preTokens: 10, postTokens: 1 } },
  ],
  [
    { type: 'checkpoint', checkpointId: 'k', promptId: 'p' },
    { type: 'checkpoint', content: { checkpointId: 'k', promptId: 'p' } },
  ],
  [
    { type: 'error', message: 'API error 529' },
    {
      type: 'error',
      content: { message: 'API error 529', class: 'overloaded', retryable: true, retryDelaySec: 15 },
    },
  ],
  [
    { type: 'todo', entries: [{ content: 'a', status: 'pending' }] },
    { type: 'plan', content: { entries: [{ content: 'a', status: 'pending' }] } },
  ],
  [
    { type: 'subagent', toolUseId: 't1', state: 'done', toolUses: 1, summary: 's' },
    { type: 'subagent', content: { toolUseId: 't1', state: 'done', subagentType: 'demo', toolUses: 1, summary: 's' } },
  ],
  [
    { type: 'result', durationMs: 9, inputTokens: 2, outputTokens: 3, isError: false },
    {
      type: 'cost',
      content: {
        totalCostUsd: 0,
        costUsd: 0,
        durationMs: 9,
        inputTokens: 2,
        outputTokens: 3,
        numTurns: 1,
        isError: false,
        contextTokens: 5,
        contextWindow: 200_000,
      },
    },
  ],
];

for (const [raw, message] of GOLDEN) {
  test(`${raw.type} becomes ${message.type}`, () => {
    const { messages } = demoAdapter.adapt({ ...base, ...raw }, demoAdapter.initial(), AT);
    expect(JSON.parse(JSON.stringify(messages))).toEqual([{ id: 'run-1', timestamp: 5, ...message }]);
  });
}

test('texts that the machine moved into blobs show their beginning and name the blob', () => {
  const ref = { blob: BlobId.parse('a'.repeat(64)), size: 100_000, mediaType: 'text/plain', preview: 'begin' };
  const blob = { $blob: ref };
  const adapted = (raw: object) => demoAdapter.adapt({ ...base, ...raw }, {}, AT).messages;
  expect(adapted({ type: 'text', text: blob })).toMatchObject([
    { type: 'text', content: { text: 'begin', textBlob: ref } },
  ]);
  expect(adapted({ type: 'toolResult', toolUseId: 't', output: blob })).toMatchObject([
    { type: 'tool_result', content: { output: 'begin', outputBlob: ref } },
  ]);
});

test('an event of a newer agent is kept whole, each under an id of its own', () => {
  const raw = { type: 'hologram', deep: [1, { a: null }] };
  const first = demoAdapter.adapt(raw, demoAdapter.initial(), AT);
  const second = demoAdapter.adapt(raw, first.memory, AT);
  expect(first.messages).toEqual([{ id: 'raw-1', type: 'unknown', content: { raw }, timestamp: AT }]);
  expect(second.messages[0]?.id).toBe('raw-2');
});

test('a provider that this build does not know keeps everything raw', () => {
  const adapter = adapterFor('from-the-future');
  expect(adapter).toBe(keepRawAdapter);
  const { messages } = adapter.adapt({ ...base, type: 'text', text: 'hi' }, adapter.initial(), AT);
  expect(messages[0]).toMatchObject({ type: 'unknown', content: { raw: { text: 'hi' } } });
});

const known = fc.constantFrom(...GOLDEN.map(([raw]) => raw));
const event = fc.oneof(
  { weight: 3, arbitrary: fc.tuple(known, fc.uuid()).map(([raw, id]) => ({ ...raw, id, at: 5 })) },
  { weight: 1, arbitrary: fc.jsonValue() },
);

test('any stream: a replay gives the same messages, each valid, no id twice; cut anywhere, the stored memory goes on as if uncut', () => {
  const adaptAll = (events: readonly unknown[], from: AdapterMemory) => {
    let memory = from;
    const messages = events.flatMap((each) => {
      const adapted = demoAdapter.adapt(each, memory, AT);
      memory = adapted.memory;
      return adapted.messages;
    });
    return { messages, memory };
  };
  fc.assert(
    fc.property(fc.array(event, { maxLength: 40 }), fc.nat(), (events, anywhere) => {
      const whole = adaptAll(events, demoAdapter.initial());
      expect(adaptAll(events, demoAdapter.initial())).toEqual(whole);
      for (const message of whole.messages) AgentMessage.parse(message);
      expect(new Set(whole.messages.map(({ id }) => id)).size).toBe(whole.messages.length);
      const cut = anywhere % (events.length + 1);
      const before = adaptAll(events.slice(0, cut), demoAdapter.initial());
      const stored: AdapterMemory = JSON.parse(JSON.stringify(before.memory));
      expect([...before.messages, ...adaptAll(events.slice(cut), stored).messages]).toEqual(whole.messages);
    }),
  );
});
