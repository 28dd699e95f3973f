import { expect, test } from 'bun:test';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AgentMessage, type MessageOf } from '@agor/protocol';
import type { AdapterMemory } from '../../define.ts';
import { claudeAdapter } from './index.ts';

const FIXTURES = join(import.meta.dir, '..', 'fixtures');
const names = readdirSync(FIXTURES)
  .filter((name) => name.endsWith('.ndjson') && !name.endsWith('.asks.ndjson'))
  .sort();
const AT = 1_795_000_000_000;

type Raw = { readonly type: string; readonly subtype?: string; readonly uuid: string };

function readFixture(name: string): Raw[] {
  const lines = readFileSync(join(FIXTURES, name), 'utf8').split('\n');
  return lines.filter(Boolean).map((line) => JSON.parse(line) as Raw);
}

/** What the runner hands on: everything but the stream, which becomes deltas. */
function journaled(name: string): Raw[] {
  return readFixture(name).filter(({ type }) => type !== 'stream_event');
}

function adaptAll(events: readonly unknown[], memory: AdapterMemory = claudeAdapter.initial()) {
  const messages: AgentMessage[] = [];
  const silent: unknown[] = [];
  for (const event of events) {
    // The hub keeps the memory as JSON between events.
    const adapted = claudeAdapter.adapt(event, JSON.parse(JSON.stringify(memory)) as AdapterMemory, AT);
    memory = adapted.memory;
    messages.push(...adapted.messages);
    if (adapted.messages.length === 0) silent.push(event);
  }
  return { messages, memory, silent: silent as Raw[] };
}

const of = <Type extends AgentMessage['type']>(type: Type, messages: readonly AgentMessage[]) =>
  messages.filter((message): message is MessageOf<Type> & AgentMessage => message.type === type);

test.each(names)('%s becomes messages of the contract, each with an id of its own', (name) => {
  const { messages } = adaptAll(journaled(name));
  for (const message of messages) expect(AgentMessage.safeParse(message).error).toBeUndefined();
  const ids = messages.map(({ id }) => id);
  expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
  expect(of('unknown', messages)).toEqual([]);
});

test.each(names)('%s loses no word, thought, call or result, and doubles none', (name) => {
  const events = journaled(name) as (Raw & { message?: { content: unknown }; error?: string })[];
  const wanted = events.flatMap(({ message, error }) =>
    (Array.isArray(message?.content) && !error ? message.content : []).flatMap((block: Record<string, unknown>) =>
      block.type === 'thinking'
        ? [`thinking ${block.thinking}`]
        : block.type === 'tool_use'
          ? [`tool_call ${block.id}`]
          : block.type === 'tool_result'
            ? [`tool_result ${block.tool_use_id}`]
            : [],
    ),
  );
  const { messages } = adaptAll(events);
  const told = messages.flatMap((message) =>
    message.type === 'thinking'
      ? [`thinking ${message.content.text}`]
      : message.type === 'tool_call' || message.type === 'tool_result'
        ? [`${message.type} ${message.content.toolUseId}`]
        : [],
  );
  expect(told).toEqual(wanted);
  expect(of('cost', messages)).toHaveLength(events.filter(({ type }) => type === 'result').length);
});

test.each(names)('%s is silent only where something else tells the same', (name) => {
  const { silent } = adaptAll(journaled(name));
  const kinds = new Set(silent.map(({ type, subtype }) => (subtype ? `${type}/${subtype}` : type)));
  for (const kind of kinds) expect(SILENT_KINDS).toContain(kind);
});

/** system/init: only when it has news. system/status: `requesting`. user: replayed prompts of the person. */
const SILENT_KINDS = [
  'command_lifecycle',
  'rate_limit_event',
  'system/background_tasks_changed',
  'system/files_persisted',
  'system/hook_progress',
  'system/hook_started',
  'system/init',
  'system/status',
  'system/task_updated',
  'system/thinking_tokens',
  'user',
];

test.each(names)('%s gives the same messages when it is replayed', (name) => {
  expect(adaptAll(journaled(name)).messages).toEqual(adaptAll(journaled(name)).messages);
});

test.each(names)('%s reads as it was reviewed', (name) => {
  const { messages } = adaptAll(journaled(name));
  const path = join(FIXTURES, '..', 'golden', name.replace('.ndjson', '.json'));
  const text = `${JSON.stringify(messages, null, 1)}\n`;
  if (process.env.UPDATE_GOLDEN) void Bun.write(path, text);
  else expect(messages).toEqual(JSON.parse(readFileSync(path, 'utf8')) as AgentMessage[]);
});
