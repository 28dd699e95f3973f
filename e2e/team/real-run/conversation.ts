import type { MessagesRequest, RequestBlock } from '../../standins/anthropic-request.ts';

export interface ToolCall {
  readonly name: string;
  readonly input: unknown;
  readonly result: RequestBlock | undefined;
}

/** Every call of a tool that the model has made in this conversation, oldest first, with what came of it. */
export function toolCalls({ messages }: MessagesRequest): ToolCall[] {
  const blocks = messages.flatMap(({ content }) => content);
  const results = new Map(
    blocks.flatMap((block) => (block.type === 'tool_result' ? [[block.tool_use_id, block] as const] : [])),
  );
  return blocks
    .filter(({ type }) => type === 'tool_use')
    .map((block) => ({ name: String(block.name), input: block.input, result: results.get(block.id) }));
}

/** Everything that the agent was told: prompts of its own, and what came within a turn, which the CLI hands on as the system's word. */
export function toldTexts({ messages }: MessagesRequest): string[] {
  return messages
    .filter(({ role }) => role !== 'assistant')
    .flatMap(({ content }) => content)
    .flatMap((block) => (block.type === 'text' ? [block.text ?? ''] : []));
}

export function systemText({ system }: MessagesRequest): string {
  return (system ?? []).map((block) => block.text ?? '').join('\n');
}
