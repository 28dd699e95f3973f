import type { OpenBlock, SessionEventBody } from '@agor/protocol';

/** What is kept of a stream that broke off before its message was complete. */
export function abortedBlock(block: OpenBlock, id: string, at: number): SessionEventBody[] {
  const { blockId, parentId, text } = block;
  const base = { id, blockId, parentId, timestamp: at };
  if (text === '') return [];
  switch (block.kind) {
    case 'text':
      return [{ kind: 'message', message: { ...base, type: 'text', content: { text, partial: true } } }];
    case 'thinking':
      return [{ kind: 'message', message: { ...base, type: 'thinking', content: { text, partial: true } } }];
    case 'toolOutput':
      if (!block.toolUseId) return [];
      return [
        {
          kind: 'message',
          message: {
            ...base,
            type: 'tool_result',
            content: { toolUseId: block.toolUseId, output: text, isError: false, interrupted: true },
          },
        },
      ];
    case 'toolInput':
      // Half of a call's JSON: the call was never made, and nothing can be shown of it.
      return [];
  }
}
