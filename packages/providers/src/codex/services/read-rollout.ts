import { createReadStream } from 'node:fs';
import type { AgentMessage } from '@agor/protocol';
import { LineSplitter } from '@agor/runtime';
import { z } from 'zod';
import type { OutsideItem } from '../../services.ts';
import { oneLine } from '../words.ts';
import { promptIn } from './prompts.ts';
import { parseJson, type Rollout } from './rollouts.ts';

/** Most items that are handed over; of a longer conversation the newest. */
export const MAX_ITEMS = 5_000;
/** Most characters of one text; Codex itself still has all of it. */
const MAX_TEXT_CHARS = 32 * 1024;
const MAX_LINE_BYTES = 32 * 1024 * 1024;

const Text = z.looseObject({ type: z.string(), text: z.string().optional() });
const Line = z.discriminatedUnion('type', [
  z.object({ type: z.literal('response_item'), timestamp: z.string(), payload: z.looseObject({ type: z.string() }) }),
  z.object({ type: z.literal('compacted'), timestamp: z.string(), payload: z.looseObject({}) }),
]);
const Said = z.object({ role: z.literal('assistant'), content: z.array(Text) });
const Thought = z.object({ summary: z.array(Text).default([]), content: z.array(Text).nullish() });
const Call = z.object({
  call_id: z.string(),
  name: z.string(),
  arguments: z.string().optional(),
  input: z.string().optional(),
});
const Returned = z.object({ call_id: z.string(), output: z.unknown().optional() });

/** A conversation from Codex's own file, in our words. */
export async function readRollout({ path, id }: Rollout, signal: AbortSignal): Promise<OutsideItem[]> {
  const items: OutsideItem[] = [];
  let dropped = 0;
  let number = 0;
  const lines = new LineSplitter(MAX_LINE_BYTES);
  const take = (line: string) => {
    items.push(...itemsOf(parseJson(line), `${id}-${number++}`));
    if (items.length <= 2 * MAX_ITEMS) return;
    dropped += items.length - MAX_ITEMS;
    items.splice(0, items.length - MAX_ITEMS);
  };
  for await (const chunk of createReadStream(path, { signal })) {
    for (const line of lines.push(chunk as Uint8Array)) if (typeof line === 'string') take(line);
  }
  const last = lines.end();
  if (typeof last === 'string') take(last);
  dropped += Math.max(0, items.length - MAX_ITEMS);
  const newest = items.slice(-MAX_ITEMS);
  return dropped === 0 ? newest : [leftOut(dropped, id, newest[0]), ...newest];
}

function leftOut(count: number, id: string, next: OutsideItem | undefined): OutsideItem {
  const timestamp = next === undefined ? 0 : next.kind === 'prompt' ? next.at : next.message.timestamp;
  const content = { subtype: 'left_out', message: `${count} older messages stay in Codex’s own file.` };
  return { kind: 'message', message: { id: `${id}-left-out`, type: 'status', timestamp, content } };
}

function itemsOf(raw: unknown, id: string): OutsideItem[] {
  const line = Line.safeParse(raw);
  if (!line.success) return [];
  const at = Date.parse(line.data.timestamp);
  const timestamp = Number.isNaN(at) ? 0 : at;
  const prompt = promptIn(raw);
  if (prompt !== null) return [{ kind: 'prompt', text: prompt, at: timestamp }];
  const body = line.data.type === 'compacted' ? COMPACTED : bodyOf(line.data.payload);
  // Type and content belong together by `Body`; the compiler does not follow that through the union.
  return body ? [{ kind: 'message', message: { id, timestamp, ...body } as AgentMessage }] : [];
}

type Body = AgentMessage extends infer Each
  ? Each extends AgentMessage
    ? Pick<Each, 'type' | 'content'>
    : never
  : never;

const COMPACTED: Body = { type: 'compaction', content: { trigger: 'auto', preTokens: 0 } };

function bodyOf(payload: { readonly type: string }): Body | null {
  switch (payload.type) {
    case 'message': {
      const text = Said.safeParse(payload);
      return text.success ? spoken('text', text.data.content) : null;
    }
    case 'reasoning': {
      const thought = Thought.safeParse(payload);
      if (!thought.success) return null;
      const { summary, content } = thought.data;
      return spoken('thinking', summary.length > 0 ? summary : (content ?? []));
    }
    case 'function_call':
    case 'custom_tool_call': {
      const call = Call.safeParse(payload);
      return call.success ? callOf(call.data) : null;
    }
    case 'function_call_output':
    case 'custom_tool_call_output': {
      const result = Returned.safeParse(payload);
      if (!result.success) return null;
      const output = cut(outputOf(result.data.output));
      return { type: 'tool_result', content: { toolUseId: result.data.call_id, output, isError: false } };
    }
    default:
      return null;
  }
}

function spoken(type: 'text' | 'thinking', parts: readonly z.infer<typeof Text>[]): Body | null {
  const text = parts.flatMap((part) => part.text ?? []).join('\n\n');
  return text.trim() === '' ? null : { type, content: { text: cut(text) } };
}

function callOf({ call_id: toolUseId, name, arguments: args, input: text }: z.infer<typeof Call>): Body {
  const input = args === undefined ? text : (parseJson(args) ?? args);
  const { cmd, command } = (typeof input === 'object' && input !== null ? input : {}) as {
    cmd?: unknown;
    command?: unknown;
  };
  const run = typeof cmd === 'string' ? cmd : typeof command === 'string' ? command : null;
  if (run !== null) {
    return {
      type: 'tool_call',
      content: { toolUseId, name: 'shell', kind: 'execute', title: oneLine(run), input: { command: cut(run) } },
    };
  }
  const kind = name === 'apply_patch' ? 'edit' : 'other';
  const file = kind === 'edit' ? /^\*\*\* (?:Add|Update|Delete) File: (.+)$/m.exec(text ?? '')?.[1] : undefined;
  return {
    type: 'tool_call',
    content: {
      toolUseId,
      name,
      kind,
      ...(file ? { title: oneLine(file) } : {}),
      input: typeof input === 'string' ? cut(input) : input,
    },
  };
}

function outputOf(output: unknown): string {
  if (typeof output === 'string') return output;
  const parts = z.array(Text).safeParse(output);
  return parts.success
    ? parts.data.map(({ text, type }) => text ?? `[${type}]`).join('\n')
    : (JSON.stringify(output) ?? '');
}

function cut(text: string): string {
  return text.length <= MAX_TEXT_CHARS
    ? text
    : `${text.slice(0, MAX_TEXT_CHARS)}\n[agor: ${text.length - MAX_TEXT_CHARS} more characters were cut]`;
}
