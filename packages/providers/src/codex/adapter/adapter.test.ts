import { expect, test } from 'bun:test';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AgentMessage } from '@agor/protocol';
import type { AdapterMemory } from '../../define.ts';
import { adapterConforms, readCaptures } from '../../testing/adapter-conformance.ts';
import { OpenItems } from '../runner/items.ts';
import { isNoise } from '../runner/noise.ts';
import { codexAdapter } from './index.ts';

const AT = 1_795_000_000_000;

interface Raw {
  readonly method: string;
  readonly params: {
    readonly item?: { readonly id: string; readonly type: string; readonly text?: string; readonly summary?: string[] };
    readonly itemId?: string;
    readonly kind?: string;
    readonly text?: string;
  };
}

/** The runner journals neither what streams nor what is noise. */
const journaled = readCaptures(join(import.meta.dir, '..', 'fixtures')).map(({ name, events }) => ({
  name,
  events: events.filter((event) => {
    const { method, params } = event as Raw;
    return !OpenItems.streams(method) && !isNoise(method, params);
  }),
}));

const CALLS = ['commandExecution', 'fileChange', 'mcpToolCall'];

adapterConforms('codex', {
  adapter: codexAdapter,
  captures: journaled,
  // A compaction is told when it is done; a sum that is told again is no news.
  silent: (event) => {
    const { method, params } = event as Raw;
    const compacts = method === 'item/started' && params.item?.type === 'contextCompaction';
    return compacts || ['agor/compact', 'thread/tokenUsage/updated'].includes(method);
  },
  wanted: (event) => {
    const { method, params } = event as Raw;
    if (method === 'agor/partial') return [`${params.kind} ${params.text}`];
    if (method === 'agor/aborted') return [`tool_result ${params.itemId}`];
    const { item } = params;
    if (!item || !method.startsWith('item/')) return [];
    if (method === 'item/started') return CALLS.includes(item.type) ? [`tool_call ${item.id}`] : [];
    if (item.type === 'agentMessage' || item.type === 'plan') return [`text ${item.text}`];
    if (item.type === 'reasoning') return [`thinking ${item.summary?.join('\n\n')}`];
    return CALLS.includes(item.type) ? [`tool_result ${item.id}`] : [];
  },
  unknown: [
    { method: 'item/completed', params: { threadId: 't', item: { id: 'i', type: 'hologram', shape: 'cube' } } },
    { method: 'thread/hologram/updated', params: { threadId: 't' } },
    { method: 'item/completed', params: { threadId: 't', item: { id: 'i', type: 'agentMessage' } } },
    { method: 'turn/completed' },
  ],
});

test.each(journaled.map(({ name, events }) => [name, events] as const))(
  '%s reads as it was reviewed',
  (name, events) => {
    let memory = codexAdapter.initial();
    const messages = events.flatMap((event) => {
      const adapted = codexAdapter.adapt(event, JSON.parse(JSON.stringify(memory)) as AdapterMemory, AT);
      memory = adapted.memory;
      return adapted.messages;
    });
    const path = join(import.meta.dir, '..', 'golden', name.replace('.ndjson', '.json'));
    if (process.env.UPDATE_GOLDEN) void Bun.write(path, `${JSON.stringify(messages, null, 1)}\n`);
    else expect(messages).toEqual(JSON.parse(readFileSync(path, 'utf8')) as AgentMessage[]);
  },
);
