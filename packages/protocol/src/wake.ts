import { z } from 'zod';
import { ProjectId } from './ids.ts';
import { TASK_STATUSES } from './task-words.ts';

/** How managers are woken: every interval in the same session, every interval in a new one, or when something needs them. */
export const WakeStrategy = z.enum(['persistent', 'on-demand', 'smart']);
export type WakeStrategy = z.infer<typeof WakeStrategy>;

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
  z.object({ kind: z.literal('task'), taskId: z.string(), status: z.enum(TASK_STATUSES).default('done') }),
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

/** Those that an agent may choose: never a command that would run outside of its own sandbox. */
export const TeamWakeCondition = z.discriminatedUnion('kind', [
  WakeCondition.options[0],
  WakeCondition.options[1],
  WakeCondition.options[2],
]);
export type TeamWakeCondition = z.infer<typeof TeamWakeCondition>;

/** How a check's command ended. */
export const WakeCheck = z.object({
  ok: z.boolean(),
  /** When it began, ms since the epoch. */
  at: z.number(),
  /** The end of what it said, for people and for the prompt. */
  tail: z.string(),
  /** It ran in the project's sandbox. */
  confined: z.boolean(),
});
export type WakeCheck = z.infer<typeof WakeCheck>;

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
  /** Of a cron: when it fires next; null while it can't, or is switched off. Ms since the epoch. */
  nextAt: z.number().nullable().default(null),
  /** Of a check: how its last run went; null before the first. */
  check: WakeCheck.nullable().default(null),
  /** Why it can't do its work now: a bad expression, a folder that can't be watched. */
  problem: z.string().nullable(),
});
export type WakeTrigger = z.infer<typeof WakeTrigger>;

/** What is given of a new trigger. */
export const NewWakeTrigger = z.object({
  agentId: ProjectId,
  condition: WakeCondition,
  prompt: WakeTrigger.shape.prompt,
  once: WakeTrigger.shape.once,
  enabled: WakeTrigger.shape.enabled,
});
export type NewWakeTrigger = z.infer<typeof NewWakeTrigger>;

/** A change to a trigger: what is absent stays. */
export const WakeTriggerChanges = z.object({
  condition: WakeCondition.optional(),
  prompt: z.string().max(20_000).optional(),
  once: z.boolean().optional(),
  enabled: z.boolean().optional(),
});
export type WakeTriggerChanges = z.infer<typeof WakeTriggerChanges>;

/** Wakes as the face shows them: whole, each time something changed. */
export const WakeStanding = z.object({
  triggers: z.array(WakeTrigger),
  /** Agents that Stop All holds: nothing wakes them until the person turns to them or lets all go on. */
  stopped: z.array(ProjectId),
});
export type WakeStanding = z.infer<typeof WakeStanding>;

/** Longest a check's command may run, in ms; then it is ended with all it started, and counts as failed. */
export const CHECK_LIMIT_MS = 10 * 60_000;
/** Kept of the end of what a check says, in characters. */
export const MAX_CHECK_TAIL_CHARS = 4_000;

/** How a check's command ended, as the machine says it (request `checks.run`). */
export const CheckResult = z.object({
  /** Null: it was ended by a signal, or took too long. */
  code: z.number().int().nullable(),
  /** How it ended, in words: "exit code 1". */
  why: z.string().max(300),
  tail: z.string().max(MAX_CHECK_TAIL_CHARS),
  confined: z.boolean(),
});
export type CheckResult = z.infer<typeof CheckResult>;
