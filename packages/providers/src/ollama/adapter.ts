import type { AgentMessage } from '@agor/protocol';
import { blobOf, spoken } from '../blob-text.ts';
import type { Adapter } from '../define.ts';
import { keepRaw } from '../keep-raw.ts';
import { LoopEvent } from './events.ts';

/** The loop's events say what they mean already; nothing needs to be remembered. */
export const ollamaAdapter: Adapter = {
  initial: () => ({}),
  adapt: (raw, memory, at) => {
    const event = LoopEvent.safeParse(raw);
    return event.success ? { messages: [toMessage(event.data)], memory } : keepRaw(raw, memory, at);
  },
};

function toMessage(event: LoopEvent): AgentMessage {
  const base = { id: event.id, timestamp: event.at };
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
          mcpServers: event.mcpServers,
        },
      };
    case 'text':
    case 'thinking':
      return { ...base, type: event.type, content: { ...spoken(event.text), partial: event.partial } };
    case 'toolCall': {
      const { toolUseId, name, kind, title, input } = event;
      return { ...base, type: 'tool_call', content: { toolUseId, name, kind, title, input } };
    }
    case 'toolResult':
      return { ...base, type: 'tool_result', content: resultOf(event) };
    case 'status':
      return { ...base, type: 'status', content: { subtype: event.subtype, message: event.message } };
    case 'compaction': {
      const { trigger, preTokens, postTokens, summary } = event;
      return {
        ...base,
        type: 'compaction',
        content: { trigger, preTokens, postTokens, summary: spoken(summary).text },
      };
    }
    case 'usage': {
      const { contextTokens, contextWindow } = event;
      return { ...base, type: 'usage', content: { contextTokens, contextWindow } };
    }
    case 'error': {
      const { message, class: errorClass, retryable, retryDelaySec } = event;
      return { ...base, type: 'error', content: { message, class: errorClass, retryable, retryDelaySec } };
    }
    case 'result':
      return { ...base, type: 'cost', content: costOf(event) };
  }
}

function resultOf(event: Extract<LoopEvent, { type: 'toolResult' }>) {
  const { toolUseId, output, isError = false, exitCode, durationMs, diffs, interrupted } = event;
  return {
    toolUseId,
    output: spoken(output).text,
    outputBlob: blobOf(output),
    isError,
    exitCode,
    durationMs,
    diffs: diffs?.map((diff) => ({ ...diff, patch: spoken(diff.patch).text })),
    interrupted,
  };
}

/** A model of one's own costs nothing that agor could know. */
function costOf(event: Extract<LoopEvent, { type: 'result' }>) {
  const { durationMs, inputTokens, outputTokens, cachedTokens, steps, isError, errors } = event;
  return {
    totalCostUsd: 0,
    costUsd: 0,
    durationMs,
    inputTokens,
    outputTokens,
    cacheReadTokens: cachedTokens,
    numTurns: steps,
    isError,
    errors,
    contextTokens: event.contextTokens,
    contextWindow: event.contextWindow,
  };
}
