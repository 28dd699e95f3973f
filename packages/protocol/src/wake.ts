import { z } from 'zod';
import { TaskStatus } from './bttask.ts';
import { ProjectId } from './ids.ts';

/** Most triggers of one agent. */
export const MAX_WAKE_TRIGGERS = 50;

/** When an agent is woken besides the wake strategy of managers. */
export const WakeCondition = z.discriminatedUnion('kind', [
  /** At times of a cron expression with five fields, in an IANA time zone (default: the hub's). */
  z.object({
    kind: z.literal('cron'),
    expression: z.string().min(1).max(200),
    timeZone: z.string().max(64).optional(),
  }),
  /** When a task of its group comes to stand so. */
  z.object({ kind: z.literal('task'), taskId: z.string(), status: TaskStatus.default('done') }),
  /** When a file of its folder was changed: a path or a glob, relative to the folder. */
  z.object({ kind: z.literal('file'), pattern: z.string().min(1).max(500) }),
  /** When a command that is run in its folder every so often fails after it succeeded: "CI is red". */
  z.object({
    kind: z.literal('check'),
    command: z.string().min(1).max(2_000),
    everyMin: z.number().min(1).max(1_440).default(5),
  }),
]);
export type WakeCondition = z.infer<typeof WakeCondition>;

export const WakeTrigger = z.object({
  id: z.string(),
  /** The agent that is woken: a project or a role agent. */
  agentId: ProjectId,
  condition: WakeCondition,
  /** What it is told besides why it was woken. */
  prompt: z.string().max(20_000).default(''),
  /** It is removed once it has fired. */
  once: z.boolean().default(false),
  enabled: z.boolean().default(true),
  createdBy: z.string(),
  createdAt: z.number(),
  lastFiredAt: z.number().nullable(),
  /** Why it can't do its work now: a bad expression, a folder that can't be watched. */
  problem: z.string().nullable(),
});
export type WakeTrigger = z.infer<typeof WakeTrigger>;

/** Wakes as the face shows them: whole, each time something changed. */
export const WakeStanding = z.object({
  triggers: z.array(WakeTrigger),
  /** Agents that Stop All holds: nothing wakes them until the person turns to them or lets all go on. */
  stopped: z.array(ProjectId),
});
export type WakeStanding = z.infer<typeof WakeStanding>;
