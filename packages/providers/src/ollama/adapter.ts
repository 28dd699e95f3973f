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
      const { contextTokens, contextWindow, spent } = event;
      const told = spent ? { spent: spentOf(spent) } : {};
      return { ...base, ...told, type: 'usage', content: { contextTokens, contextWindow } };
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

type Spent = NonNullable<Extract<LoopEvent, { type: 'usage' }>['spent']>;

/** The server tells cached tokens as a part of what went in. */
function spentOf({ model, inputTokens, outputTokens, cachedTokens, free }: Spent) {
  const cacheReadTokens = Math.min(inputTokens, cachedTokens);
  const tokens = { inputTokens: inputTokens - cacheReadTokens, outputTokens, cacheReadTokens, cacheCreationTokens: 0 };
  return { model, ...tokens, ...(free ? { costUsd: 0 } : {}) };
}

/** A model of one's own costs nothing; what another server's costs, it does not tell. */
function costOf(event: Extract<LoopEvent, { type: 'result' }>) {
  const { durationMs, inputTokens, outputTokens, cachedTokens, steps, isError, errors } = event;
  return {
    totalCostUsd: 0,
    ...(event.free === false ? {} : { costUsd: 0 }),
    durationMs,
    inputTokens: Math.max(0, inputTokens - (cachedTokens ?? 0)),
    outputTokens,
    cacheReadTokens: cachedTokens,
    numTurns: steps,
    isError,
    errors,
    contextTokens: event.contextTokens,
    contextWindow: event.contextWindow,
  };
}
