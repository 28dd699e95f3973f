import { expect, test } from 'bun:test';
import { AgentMessage, BlobId } from '@agor/protocol';
import type { AdapterMemory } from '../../define.ts';
import { claudeAdapter } from './index.ts';

const AT = 1_795_000_000_000;
const BLOB = {
  $blob: { blob: BlobId.parse('a'.repeat(64)), size: 100_000, mediaType: 'text/plain', preview: 'begin' },
};
const PICTURE = { $blob: { blob: BlobId.parse('b'.repeat(64)), size: 90_000, mediaType: 'image/png' } };

function adapt(event: unknown, memory: AdapterMemory = claudeAdapter.initial()) {
  const adapted = claudeAdapter.adapt(event, memory, AT);
  for (const message of adapted.messages) expect(AgentMessage.safeParse(message).error).toBeUndefined();
  return adapted;
}
const assistant = (content: unknown[], more: object = {}) => ({
  type: 'assistant',
  uuid: 'u1',
  parent_tool_use_id: null,
  message: { model: 'claude-sonnet-4-5', content },
  ...more,
});
const user = (content: unknown, more: object = {}) => ({ type: 'user', uuid: 'u2', message: { content }, ...more });
const result = (more: object) => ({
  type: 'result',
  uuid: 'u3',
  subtype: 'success',
  is_error: false,
  num_turns: 1,
  duration_ms: 5,
  ...more,
});
const spent = (costUSD: number) => ({ 'claude-sonnet-4-5': { inputTokens: 10, outputTokens: 2, costUSD } });

test('an event of a kind that nobody knows is kept whole', () => {
  const raw = { type: 'from_the_future', value: [1, 2] };
  expect(adapt(raw).messages).toMatchObject([{ type: 'unknown', content: { raw } }]);
  for (const odd of [null, 'text', 7, [], { type: 'assistant' }, { type: 'result', uuid: 1 }])
    expect(adapt(odd).messages).toMatchObject([{ type: 'unknown', content: { raw: odd } }]);
});

test('a system message of an unknown subtype becomes a status with everything in it', () => {
  const event = { type: 'system', subtype: 'brand_new', uuid: 'u', session_id: 's', content: 'hear this', more: 1 };
  expect(adapt(event).messages).toMatchObject([
    { type: 'status', content: { subtype: 'brand_new', message: 'hear this', data: { more: 1 } } },
  ]);
});

test('a block of an unknown kind is kept beside those that are understood', () => {
  const { messages } = adapt(
    assistant([
      { type: 'text', text: 'a' },
      { type: 'hologram', shape: 'cube' },
    ]),
  );
  expect(messages.map(({ id, type }) => [id, type])).toEqual([
    ['u1-text-0', 'text'],
    ['u1-block-1', 'unknown'],
  ]);
});

test('texts that the machine moved into blobs show their beginning and name the blob', () => {
  const event = user([{ type: 'tool_result', tool_use_id: 't', content: BLOB }], {
    tool_use_result: { stdout: BLOB, stderr: '', interrupted: false },
  });
  expect(adapt(event).messages).toMatchObject([
    { type: 'tool_result', content: { output: expect.stringContaining('begin'), outputBlob: BLOB.$blob } },
  ]);
  const created = { type: 'create', filePath: 'a.txt', content: BLOB, structuredPatch: [] };
  const write = user([{ type: 'tool_result', tool_use_id: 't', content: 'ok' }], { tool_use_result: created });
  expect(adapt(write).messages).toMatchObject([{ content: { diffs: [{ path: 'a.txt', change: 'add' }] } }]);
});

test('a speech or a thought that became a blob names it, so that all of it can be read', () => {
  const { messages } = adapt(
    assistant([
      { type: 'text', text: BLOB },
      { type: 'thinking', thinking: BLOB },
    ]),
  );
  expect(messages).toMatchObject([
    { type: 'text', content: { text: 'begin', textBlob: BLOB.$blob } },
    { type: 'thinking', content: { text: 'begin', textBlob: BLOB.$blob } },
  ]);
});

test('pictures of a tool result are named, and linked when they are blobs', () => {
  const image = (data: unknown) => ({ type: 'image', source: { type: 'base64', media_type: 'image/png', data } });
  const event = user([{ type: 'tool_result', tool_use_id: 't', content: [image(PICTURE), image('iVBO')] }]);
  expect(adapt(event).messages).toMatchObject([
    { content: { output: '[image, image/png]\n[image, image/png]', images: [PICTURE.$blob] } },
  ]);
});

test('a failed command tells its exit code apart from its output', () => {
  const event = user(
    [{ type: 'tool_result', tool_use_id: 't', content: 'Exit code 2\nno such file', is_error: true }],
    {
      tool_use_result: 'Error: Exit code 2\nno such file',
    },
  );
  expect(adapt(event).messages).toMatchObject([{ content: { output: 'no such file', exitCode: 2, isError: true } }]);
});

test('everything that a subagent says carries the call that started it', () => {
  const { messages } = adapt(assistant([{ type: 'text', text: 'inner' }], { parent_tool_use_id: 'call' }));
  expect(messages).toMatchObject([{ type: 'text', parentId: 'call' }]);
});

test('the cost of a session goes on adding up when a new process begins to count at zero', () => {
  const first = adapt(result({ model_usage_since_last_result: spent(1), total_cost_usd: 1 }));
  const second = adapt(result({ model_usage_since_last_result: spent(2), total_cost_usd: 3 }), first.memory);
  const resumed = adapt(result({ model_usage_since_last_result: spent(4), total_cost_usd: 4 }), second.memory);
  expect(resumed.messages).toMatchObject([{ type: 'cost', content: { totalCostUsd: 7, costUsd: 4, inputTokens: 10 } }]);
});

test('a CLI that tells only its own sum is billed by what the sum grew', () => {
  const first = adapt(result({ total_cost_usd: 1 }));
  const second = adapt(result({ total_cost_usd: 3 }), first.memory);
  const resumed = adapt(result({ total_cost_usd: 0.5 }), second.memory);
  expect(resumed.messages).toMatchObject([{ content: { totalCostUsd: 3.5, costUsd: 0.5 } }]);
});

test('a failure is told once, whether the answer or only the result names it', () => {
  const said = adapt(assistant([{ type: 'text', text: 'API Error: 401' }], { error: 'authentication_failed' }));
  expect(said.messages).toMatchObject([{ type: 'error', content: { class: 'auth', retryable: false } }]);
  const ended = adapt(result({ is_error: true, result: 'API Error: 401', api_error_status: 401 }), said.memory);
  expect(ended.messages.map(({ type }) => type)).toEqual(['cost']);
  const unsaid = adapt(result({ is_error: true, result: 'Connection error.' }), ended.memory);
  expect(unsaid.messages).toMatchObject([{ type: 'error', content: { class: 'network' } }, { type: 'cost' }]);
});

test('what a crash or an interrupt left of a block is a partial message', () => {
  const partial = (kind: string) => ({ type: 'agor_partial', uuid: 'p', kind, text: 'half', toolName: 'Bash' });
  expect(adapt(partial('text')).messages).toMatchObject([{ type: 'text', content: { text: 'half', partial: true } }]);
  expect(adapt(partial('thinking')).messages).toMatchObject([{ type: 'thinking', content: { partial: true } }]);
  expect(adapt(partial('toolInput')).messages).toMatchObject([
    { type: 'status', content: { data: { input: 'half' } } },
  ]);
});

test('a to-do list that is kept by single changes is told whole', () => {
  const change = (toolUseResult: unknown, memory?: AdapterMemory) =>
    adapt(user([{ type: 'tool_result', tool_use_id: 't', content: 'ok' }], { tool_use_result: toolUseResult }), memory);
  const one = change({ task: { id: '1', subject: 'Read' } });
  const two = change({ task: { id: '2', subject: 'Write' } }, one.memory);
  const done = change({ success: true, taskId: '1', statusChange: { from: 'pending', to: 'completed' } }, two.memory);
  expect(done.messages.at(-1)).toMatchObject({
    type: 'plan',
    content: {
      entries: [
        { content: 'Read', status: 'completed' },
        { content: 'Write', status: 'pending' },
      ],
    },
  });
  const gone = change({ success: true, taskId: '1', statusChange: { from: 'completed', to: 'deleted' } }, done.memory);
  expect(gone.messages.at(-1)).toMatchObject({ content: { entries: [{ content: 'Write' }] } });
});

test('memory of another form starts afresh instead of failing', () => {
  const { messages } = adapt(result({ total_cost_usd: 1 }), { plan: 'nonsense', totalCostUsd: 'much' });
  expect(messages).toMatchObject([{ type: 'cost', content: { totalCostUsd: 1 } }]);
});
