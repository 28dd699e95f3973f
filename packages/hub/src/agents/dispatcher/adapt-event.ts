import type { AgentMessage, BlockId, SessionEventBody } from '@agor/protocol';
import type { DeriveContext, Derived } from './derive.ts';

/**
 * A vendor's raw event as messages. An adapter that throws loses nothing: the event is kept raw, and a notice says so.
 */
export function adaptEvent(
  line: { readonly event: unknown; readonly blockId?: BlockId | undefined },
  id: string,
  at: number,
  { adapter, memory }: DeriveContext,
): Derived {
  try {
    const adapted = adapter.adapt(line.event, memory, at);
    return { events: asEvents(adapted.messages, line.blockId), memory: adapted.memory };
  } catch (error) {
    const raw: AgentMessage = { id, type: 'unknown', timestamp: at, content: { raw: line.event } };
    return {
      events: [
        ...asEvents([raw], line.blockId),
        {
          kind: 'notice',
          level: 'error',
          code: 'adapter-failed',
          message: `agor could not understand what the agent sent and kept it as it is: ${String(error)}`,
        },
      ],
      memory,
    };
  }
}

function asEvents(messages: readonly AgentMessage[], blockId: BlockId | undefined): SessionEventBody[] {
  const completes = blockId === undefined ? -1 : Math.max(0, messages.findIndex(isStreamed));
  return messages.map((message, i) => ({
    kind: 'message',
    message: i === completes && blockId !== undefined ? { ...message, blockId } : message,
  }));
}

/** Messages that can have been streamed: of several, the block belongs to the first of them. */
function isStreamed({ type }: AgentMessage): boolean {
  return type === 'text' || type === 'thinking' || type === 'tool_call' || type === 'tool_result';
}
