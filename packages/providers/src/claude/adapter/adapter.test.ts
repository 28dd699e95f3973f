import { expect, test } from 'bun:test';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AgentMessage, MessageOf } from '@agor/protocol';
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
  for (const event of events) {
    // The hub keeps the memory as JSON between events.
    const adapted = claudeAdapter.adapt(event, JSON.parse(JSON.stringify(memory)) as AdapterMemory, AT);
    memory = adapted.memory;
    messages.push(...adapted.messages);
  }
  return { messages, memory };
}

const of = <Type extends AgentMessage['type']>(type: Type, messages: readonly AgentMessage[]) =>
  messages.filter((message): message is MessageOf<Type> & AgentMessage => message.type === type);

test.each(names)('%s is understood whole, and each result tells its cost', (name) => {
  const events = journaled(name);
  const { messages } = adaptAll(events);
  expect(of('unknown', messages)).toEqual([]);
  expect(of('cost', messages)).toHaveLength(events.filter(({ type }) => type === 'result').length);
});

test.each(names)('%s reads as it was reviewed', (name) => {
  const { messages } = adaptAll(journaled(name));
  const path = join(FIXTURES, '..', 'golden', name.replace('.ndjson', '.json'));
  const text = `${JSON.stringify(messages, null, 1)}\n`;
  if (process.env.UPDATE_GOLDEN) void Bun.write(path, text);
  else expect(messages).toEqual(JSON.parse(readFileSync(path, 'utf8')) as AgentMessage[]);
});
