import { SearchQuery } from '@agor/protocol';
import { z } from 'zod';

/** From the hub to the search program, a line each; what asks has an `id`, by which the answer names it. */
export const ToSearch = z.discriminatedUnion('do', [
  z.object({
    do: z.literal('open'),
    searchDb: z.string(),
    sessionsDb: z.string(),
    teamDb: z.string(),
    blobsDir: z.string(),
  }),
  z.object({
    do: z.literal('changed'),
    sessions: z.array(z.string()).nullable(),
    team: z.boolean(),
    removed: z.boolean(),
    busy: z.boolean(),
  }),
  z.object({
    do: z.literal('query'),
    id: z.number(),
    query: SearchQuery,
    groupMembers: z.array(z.string()),
    groups: z.array(z.string()),
  }),
  z.object({ do: z.literal('status'), id: z.number() }),
  z.object({ do: z.literal('rebuild'), id: z.number() }),
]);
export type ToSearch = z.input<typeof ToSearch>;

/** `rested`: all is indexed. */
export const FromSearch = z.discriminatedUnion('is', [
  z.object({ is: z.literal('answer'), id: z.number(), value: z.unknown() }),
  z.object({ is: z.literal('failure'), id: z.number(), message: z.string() }),
  z.object({ is: z.literal('rested') }),
]);
export type FromSearch = z.infer<typeof FromSearch>;
