import type { SessionEvent } from '@agor/protocol';

export const PARTS = ['prompts', 'answers', 'thoughts', 'calls', 'output'] as const;
export type Part = (typeof PARTS)[number];

/** Vendors count in their own ways and tell the sum only: about four characters are a token (spec §4.6). */
const CHARS_PER_TOKEN = 4;

/** What the window is filled with, estimated in tokens: of these events, since the conversation was last compacted. Subagents have windows of their own. */
export function breakdownOf(events: readonly SessionEvent[]): Record<Part, number> {
  const from = events.findLastIndex((event) => event.kind === 'message' && event.message.type === 'compaction') + 1;
  const chars: Record<Part, number> = { prompts: 0, answers: 0, thoughts: 0, calls: 0, output: 0 };
  for (const event of events.slice(from)) {
    if (event.kind === 'promptQueued') chars.prompts += event.prompt.text.length;
    if (event.kind !== 'message' || event.message.parentId !== undefined) continue;
    const { message } = event;
    if (message.type === 'text') chars.answers += message.content.textBlob?.size ?? message.content.text.length;
    if (message.type === 'thinking') chars.thoughts += message.content.textBlob?.size ?? message.content.text.length;
    if (message.type === 'tool_call')
      chars.calls += message.content.inputBlob?.size ?? JSON.stringify(message.content.input ?? '').length;
    if (message.type === 'tool_result')
      chars.output += message.content.outputBlob?.size ?? message.content.output.length;
    if (message.type === 'compaction') chars.prompts += message.content.summary?.length ?? 0;
  }
  return Object.fromEntries(PARTS.map((part) => [part, Math.ceil(chars[part] / CHARS_PER_TOKEN)])) as Record<
    Part,
    number
  >;
}
