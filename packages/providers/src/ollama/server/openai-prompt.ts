import type { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import type { ChatMessage } from './chat.ts';

type Model = ReturnType<ReturnType<typeof createOpenAICompatible>['chatModel']>;
type Prompt = Parameters<Model['doStream']>[0]['prompt'];

/** The conversation in the AI SDK's words. */
export function promptOf(messages: readonly ChatMessage[]): Prompt {
  return messages.map(asPrompt);
}

function asPrompt(message: ChatMessage): Prompt[number] {
  switch (message.role) {
    case 'system':
      return { role: 'system', content: message.text };
    case 'user':
      return {
        role: 'user',
        content: [
          { type: 'text', text: message.text },
          ...(message.images ?? []).map(({ mediaType, data }) => ({
            type: 'file' as const,
            mediaType,
            data: { type: 'data' as const, data },
          })),
        ],
      };
    case 'assistant':
      return {
        role: 'assistant',
        content: [
          ...(message.text ? [{ type: 'text' as const, text: message.text }] : []),
          ...message.calls.map(({ id, name, input }) => ({
            type: 'tool-call' as const,
            toolCallId: id,
            toolName: name,
            input,
          })),
        ],
      };
    case 'tool':
      return {
        role: 'tool',
        content: [
          {
            type: 'tool-result',
            toolCallId: message.callId,
            toolName: message.name,
            output: { type: 'text', value: message.output },
          },
        ],
      };
  }
}
