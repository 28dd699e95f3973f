import { z } from 'zod';

/** What a client process is to do, in its environment. */
export const Orders = z.object({
  /** Before each of its messages. */
  name: z.string(),
  /** Where the hub says how it is reached. */
  hubFile: z.string(),
  to: z.string(),
  groupId: z.string(),
  sends: z.number(),
  updates: z.number(),
  /** The task that all clients move. */
  shared: z.string(),
  /** The file for what was acknowledged, one a line. */
  acks: z.string(),
});
export type Orders = z.infer<typeof Orders>;

/** What a client was told. */
export const Told = z.discriminatedUnion('did', [
  z.object({ did: z.literal('send'), content: z.string(), id: z.string() }),
  z.object({ did: z.literal('move'), task: z.string() }),
  z.object({ did: z.literal('conflict'), task: z.string() }),
  z.object({ did: z.literal('refused'), why: z.string() }),
]);
export type Told = z.infer<typeof Told>;
