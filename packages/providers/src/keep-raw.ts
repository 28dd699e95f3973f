import type { AgentMessage } from '@agor/protocol';
import type { Adapted, Adapter, AdapterMemory } from './define.ts';

/** The adapter of a provider that this build does not know (a session of a newer agor): everything is kept, nothing interpreted. */
export const keepRawAdapter: Adapter = {
  initial: () => ({}),
  adapt: (event, memory, at) => keepRaw(event, memory, at),
};

/**
 * An event that an adapter does not understand, kept whole. Its id counts in the memory, because nothing in an unknown event can be trusted
 * to be unique; the memory is committed with the message, so a replay counts the same.
 */
export function keepRaw(event: unknown, memory: AdapterMemory, at: number): Adapted {
  const count = typeof memory.rawEvents === 'number' ? memory.rawEvents + 1 : 1;
  const message: AgentMessage = { id: `raw-${count}`, type: 'unknown', content: { raw: event }, timestamp: at };
  return { messages: [message], memory: { ...memory, rawEvents: count } };
}
