import { z } from 'zod';
import type { AdapterMemory, JsonValue } from '../../define.ts';

/** Threads of subagents that are kept in mind; the oldest go first. */
const MAX_AGENTS = 200;

const Memory = z.object({
  threadId: z.string().default(''),
  cwd: z.string().default(''),
  /** Messages without an id of their own, such as warnings: they are counted. */
  count: z.number().default(0),
  /** The vendor's own sum of tokens when it was last told: the same sum again is no news. */
  totalTokens: z.number().default(0),
  contextTokens: z.number().default(0),
  contextWindow: z.number().default(0),
  /** Of the turn that runs. */
  turn: z
    .object({
      inputTokens: z.number(),
      outputTokens: z.number(),
      cacheReadTokens: z.number(),
      cacheCreationTokens: z.number(),
    })
    .default({ inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheCreationTokens: 0 }),
  /** The failure of the running turn has been told already. */
  errorTold: z.boolean().default(false),
  /** What the window held when the running compaction began. */
  compactFrom: z.number().default(0),
  compactAsked: z.boolean().default(false),
  /** From the threads of subagents to the calls that began them. */
  agents: z.array(z.object({ threadId: z.string(), toolUseId: z.string() })).default([]),
  rawEvents: z.number().default(0),
});
export type Memory = z.infer<typeof Memory>;

/** Reads what was kept; memory that an older version wrote in another form starts afresh. */
export function readMemory(kept: AdapterMemory): Memory {
  const memory = Memory.safeParse(kept);
  return memory.success ? memory.data : Memory.parse({});
}

export function keepMemory(memory: Memory): AdapterMemory {
  return { ...memory, agents: memory.agents.slice(-MAX_AGENTS) } satisfies Record<string, JsonValue>;
}
