import { z } from 'zod';

/**
 * What was said in a session so far, for agents that keep no conversation of their own: the hub makes it from the event
 * log. It begins after the last compaction, with that one's summary.
 */
export const HistoryItem = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('summary'), text: z.string() }),
  z.object({ kind: z.literal('user'), text: z.string() }),
  z.object({ kind: z.literal('assistant'), text: z.string() }),
  z.object({ kind: z.literal('toolCall'), toolUseId: z.string(), name: z.string(), input: z.unknown() }),
  z.object({ kind: z.literal('toolResult'), toolUseId: z.string(), output: z.string(), isError: z.boolean() }),
]);
export type HistoryItem = z.infer<typeof HistoryItem>;

/** Most characters of all items together that the hub sends; older items are left out and said to be. */
export const MAX_HISTORY_CHARS = 1024 * 1024;
