import { expect, test } from 'bun:test';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AgentMessage } from '@agor/protocol';
import { adapterConforms } from '../../testing/adapter-conformance.ts';
import { replayWire } from '../testing/replay-wire.ts';
import { acpAdapter } from './index.ts';

const FIXTURES = join(import.meta.dir, '..', 'fixtures');
const names = readdirSync(FIXTURES)
  .filter((name) => name.endsWith('.ndjson'))
  .sort();
const captures = names.map((name) => ({ name, ...replayWire(join(FIXTURES, name)) }));

adapterConforms('acp', {
  adapter: acpAdapter,
  captures,
  /** A turn that tells no tokens, and what is told again of the window. */
  silent: (event) => {
    const { type, usage, update } = event as { type: string; usage?: unknown; update?: { sessionUpdate: string } };
    return (type === 'turn' && usage === null) || update?.sessionUpdate === 'usage_update';
  },
  wanted: (event) => {
    const { type, kind, text, toolCallId } = event as Record<string, string>;
    if (type === 'said') return [`${kind} ${text}`];
    return type === 'tool_call' || type === 'tool_result' ? [`${type} ${toolCallId}`] : [];
  },
  unknown: [
    { type: 'update', update: { sessionUpdate: 'of_a_newer_protocol', detail: [1] } },
    { type: 'update', update: { sessionUpdate: 'plan', entries: 'none' } },
    { type: 'notification', method: '_vendor/news', params: { a: 1 } },
    { type: 'said', kind: 'sung', text: 'la' },
  ],
});

test.each(captures)('$name: every word on the wire is journaled once, in its order', ({ updates, events }) => {
  for (const [chunk, kind] of [
    ['agent_message_chunk', 'text'],
    ['agent_thought_chunk', 'thinking'],
  ] as const) {
    const streamed = updates.flatMap(({ sessionUpdate, content }) =>
      sessionUpdate === chunk ? [(content as { text?: string }).text ?? ''] : [],
    );
    const said = events.flatMap((event) => (event.type === 'said' && event.kind === kind ? [String(event.text)] : []));
    expect(said.join('')).toBe(streamed.join(''));
  }
});

test.each(captures)('$name: every call on the wire has one call and one result', ({ calls, events }) => {
  const ids = (type: string) => events.flatMap((event) => (event.type === type ? [String(event.toolCallId)] : []));
  expect(calls.size).toBeGreaterThan(0);
  expect(ids('tool_call').toSorted()).toEqual([...calls].toSorted());
  expect(ids('tool_result').toSorted()).toEqual([...calls].toSorted());
});

test.each(captures)('$name reads as it was reviewed', ({ name, events }) => {
  let memory = acpAdapter.initial();
  const messages: AgentMessage[] = [];
  for (const event of events) {
    const adapted = acpAdapter.adapt(event, memory, 1_795_000_000_000);
    memory = adapted.memory;
    messages.push(...adapted.messages);
  }
  const path = join(FIXTURES, '..', 'golden', name.replace('.ndjson', '.json'));
  if (process.env.UPDATE_GOLDEN) void Bun.write(path, `${JSON.stringify(messages, null, 1)}\n`);
  else expect(messages).toEqual(JSON.parse(readFileSync(path, 'utf8')) as AgentMessage[]);
});
