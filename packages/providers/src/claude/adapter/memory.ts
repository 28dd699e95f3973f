import { z } from 'zod';
import type { AdapterMemory, JsonValue } from '../../define.ts';

/** Background tasks and subagents that are kept in mind; the oldest go first. */
const MAX_TASKS = 200;
/** Calls of models whose usage is kept in mind: the messages of one come close together, also where many subagents work side by side. */
const MAX_CALLS = 100;
/** Entries of the agent's to-do list that are kept. */
const MAX_PLAN = 500;

const PlanEntry = z.object({
  id: z.string(),
  content: z.string(),
  status: z.enum(['pending', 'in_progress', 'completed']),
});
export type PlanEntry = z.infer<typeof PlanEntry>;

const CountedCall = z.object({
  /** The message's id. */
  id: z.string(),
  /** Empty when it was not told. */
  model: z.string(),
  input: z.number(),
  output: z.number(),
  cacheRead: z.number(),
  cacheCreation: z.number(),
  /** Of `cacheCreation`, what is kept for an hour. */
  cacheHour: z.number(),
});
export type CountedCall = z.infer<typeof CountedCall>;

const Memory = z.object({
  /** A hash of the last init that was told. */
  init: z.string().default(''),
  cwd: z.string().default(''),
  /** Of the main thread's last answer: the key into `modelUsage`. */
  model: z.string().default(''),
  totalCostUsd: z.number().default(0),
  /** The vendor's own sum at the last result: only for a CLI that does not tell the cost of each result. */
  vendorTotalUsd: z.number().default(0),
  contextTokens: z.number().default(0),
  /** The failure of the running turn has been told already. */
  errorTold: z.boolean().default(false),
  /** Calls of the Agent tool that have not reported back. */
  agents: z.array(z.string()).default([]),
  /** From the ids of running tasks to the calls that began them. */
  tasks: z.array(z.object({ id: z.string(), toolUseId: z.string(), agent: z.boolean() })).default([]),
  /** What was told of the last calls already: a call's usage is repeated with each block of its message, and grows. */
  calls: z.array(CountedCall).default([]),
  plan: z.array(PlanEntry).default([]),
  rawEvents: z.number().default(0),
});
export type Memory = z.infer<typeof Memory>;

/** Reads what was kept; memory that an older version wrote in another form starts afresh. */
export function readMemory(kept: AdapterMemory): Memory {
  const memory = Memory.safeParse(kept);
  return memory.success ? memory.data : Memory.parse({});
}

export function keepMemory(memory: Memory): AdapterMemory {
  return {
    ...memory,
    agents: memory.agents.slice(-MAX_TASKS),
    tasks: memory.tasks.slice(-MAX_TASKS),
    calls: memory.calls.slice(-MAX_CALLS),
    plan: memory.plan.slice(-MAX_PLAN),
  } satisfies Record<string, JsonValue>;
}
