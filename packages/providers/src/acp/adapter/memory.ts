import { z } from 'zod';
import type { AdapterMemory, JsonValue } from '../../define.ts';

const Memory = z.object({
  /** Messages so far: what their ids count. */
  count: z.number().default(0),
  /** The last init that was told, as JSON. */
  init: z.string().default(''),
  cwd: z.string().default(''),
  /** Of the session, as the agent tells it; 0 where it tells none. */
  totalCostUsd: z.number().default(0),
  /** It told a cost, so that what it does not tell is nothing. */
  tellsCost: z.boolean().default(false),
  /** The total when the last turn ended. */
  billedUsd: z.number().default(0),
  contextTokens: z.number().default(0),
  contextWindow: z.number().default(0),
  rawEvents: z.number().default(0),
});
export type Memory = z.infer<typeof Memory>;

/** Reads what was kept; memory that an older version wrote in another form starts afresh. */
export function readMemory(kept: AdapterMemory): Memory {
  const memory = Memory.safeParse(kept);
  return memory.success ? memory.data : Memory.parse({});
}

export function keepMemory(memory: Memory): AdapterMemory {
  return { ...memory } satisfies Record<string, JsonValue>;
}
