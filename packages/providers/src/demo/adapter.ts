import type { AgentMessage } from '@agor/protocol';
import { blobOf, spoken } from '../blob-text.ts';
import type { Adapter } from '../define.ts';
import { classify } from '../errors.ts';
import { keepRaw } from '../keep-raw.ts';
import { DemoEvent } from './events.ts';

/** The size of the model's window that the demo agent pretends to have. */
export const CONTEXT_WINDOW = 200_000;

export const demoAdapter: Adapter = {
  initial: () => ({}),
  adapt: (raw, memory, at) => {
    const event = DemoEvent.safeParse(raw);
    return event.success ? { messages: [toMessage(event.data)], memory } : keepRaw(raw, memory, at);
  },
};

function toMessage(event: DemoEvent): AgentMessage {
  const base = { id: event.id, parentId: event.parentId, timestamp: event.at };
  switch (event.type) {
    case 'session':
      return {
        ...base,
        type: 'init',
        content: {
          sessionId: event.conversationId,
          model: event.model,
          cwd: event.cwd,
          tools: event.tools,
          permissionMode: event.permissionMode,
          slashCommands: event.commands,
          agentVersion: event.version,
        },
      };
    case 'text':
      return { ...base, type: 'text', content: { ...spoken(event.text), partial: event.partial } };
    case 'thinking':
      return { ...base, type: 'thinking', content: { ...spoken(event.text), partial: event.partial } };
    case 'toolCall': {
      const { toolUseId, name, kind, title, input } = event;
      return { ...base, type: 'tool_call', content: { toolUseId, name, kind, title, input } };
    }
    case 'toolResult': {
      const { toolUseId, output, isError = false, exitCode, durationMs, diffs, interrupted } = event;
      return {
        ...base,
        type: 'tool_result',
        content: {
          toolUseId,
          output: spoken(output).text,
          outputBlob: blobOf(output),
          isError,
          exitCode,
          durationMs,
          diffs,
          interrupted,
        },
      };
    }
    case 'status':
      return { ...base, type: 'status', content: { subtype: event.subtype, message: event.message } };
    case 'compaction': {
      const { trigger, preTokens, postTokens } = event;
      return { ...base, type: 'compaction', content: { trigger, preTokens, postTokens } };
    }
    case 'checkpoint':
      return {
        ...base,
        type: 'checkpoint',
        content: { checkpointId: event.checkpointId, promptId: event.promptId },
      };
    case 'error': {
      const kind = classify(event.message, event.status);
      return { ...base, type: 'error', content: { message: event.message, ...kind } };
    }
    case 'todo':
      return { ...base, type: 'plan', content: { entries: event.entries } };
    case 'subagent': {
      const { type, id, at, parentId, ...content } = event;
      return { ...base, type: 'subagent', content: { ...content, subagentType: 'demo' } };
    }
    case 'result':
      return {
        ...base,
        type: 'cost',
        content: {
          totalCostUsd: 0,
          costUsd: 0,
          durationMs: event.durationMs,
          inputTokens: event.inputTokens,
          outputTokens: event.outputTokens,
          numTurns: 1,
          isError: event.isError,
          errors: event.errors,
          contextTokens: event.contextTokens ?? event.inputTokens + event.outputTokens,
          contextWindow: CONTEXT_WINDOW,
        },
      };
  }
}
