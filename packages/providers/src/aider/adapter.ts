import type { AgentMessage, FileDiff } from '@agor/protocol';
import { blobOf, spoken } from '../blob-text.ts';
import type { Adapter } from '../define.ts';
import { classify } from '../errors.ts';
import { keepRaw } from '../keep-raw.ts';
import { AiderEvent } from './events.ts';

/** Each event carries its id; nothing has to be remembered. */
export const aiderAdapter: Adapter = {
  initial: () => ({}),
  adapt: (raw, memory, at) => {
    const event = AiderEvent.safeParse(raw);
    return event.success ? { messages: messagesOf(event.data, at), memory } : keepRaw(raw, memory, at);
  },
};

function messagesOf(event: AiderEvent, at: number): AgentMessage[] {
  const base = { id: event.id, timestamp: at };
  const callId = (call: number) => `${event.id.slice(0, event.id.lastIndexOf('-'))}-call-${call}`;
  switch (event.type) {
    case 'said':
      return [{ ...base, type: 'text', content: spoken(event.text) }];
    case 'note': {
      const { text: message } = spoken(event.text);
      if (event.level !== 'error') return [{ ...base, type: 'status', content: { subtype: event.level, message } }];
      return [{ ...base, type: 'error', content: { message, ...classify(message) } }];
    }
    case 'edit': {
      const { path, created } = event;
      const call = { toolUseId: `${event.id}-call`, name: created ? 'Write' : 'Edit', title: path, input: { path } };
      return [
        { ...base, type: 'tool_call', content: { ...call, kind: created ? 'write' : 'edit' } },
        {
          ...base,
          id: `${event.id}-result`,
          type: 'tool_result',
          content: { toolUseId: call.toolUseId, output: '', isError: false, diffs: [diffOf(event)] },
        },
      ];
    }
    case 'command': {
      const { call, command } = event;
      const content = {
        toolUseId: callId(call),
        name: 'Shell',
        kind: 'execute' as const,
        title: command,
        input: { command },
      };
      return [{ ...base, type: 'tool_call', content }];
    }
    case 'command_ended': {
      const { call, output, exitCode } = event;
      const outputBlob = blobOf(output);
      const content = {
        toolUseId: callId(call),
        output: spoken(output).text,
        isError: exitCode !== 0,
        ...(exitCode === null ? {} : { exitCode }),
        ...(outputBlob ? { outputBlob } : {}),
      };
      return [{ ...base, type: 'tool_result', content }];
    }
    case 'ended': {
      const { cost: costUsd, totalCost: totalCostUsd, sent, received, durationMs, error } = event;
      const content = {
        totalCostUsd,
        costUsd,
        durationMs,
        inputTokens: sent,
        outputTokens: received,
        numTurns: 1,
        isError: error !== null,
        ...(error === null ? {} : { errors: [error] }),
      };
      return [{ ...base, type: 'cost', content }];
    }
  }
}

function diffOf({ path, patch, created }: Extract<AiderEvent, { type: 'edit' }>): FileDiff {
  const { text } = spoken(patch);
  const lines = text.split('\n');
  const count = (sign: string) => lines.filter((line) => line.startsWith(sign)).length;
  return { path, patch: text, added: count('+'), removed: count('-'), change: created ? 'add' : 'update' };
}
