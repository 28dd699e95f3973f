import { z } from 'zod';
import { ProjectId, SessionId } from './ids.ts';

/**
 * How a session's runner fares (spec §3.11). `degraded`: it crashed `restarts` times and has not been stable for
 * five minutes since. `failed`: it is not tried again until a person acts.
 */
export const RunnerHealth = z.discriminatedUnion('state', [
  z.object({ state: z.literal('healthy') }),
  z.object({ state: z.literal('degraded'), restarts: z.number().int().positive(), lastError: z.string().optional() }),
  z.object({
    state: z.literal('restarting'),
    /** 1 to `maxAttempts`. */
    attempt: z.number().int().positive(),
    maxAttempts: z.number().int().positive(),
    /** Ms since the epoch, by the machine's clock. */
    nextRetryAt: z.number(),
    lastError: z.string().optional(),
  }),
  z.object({ state: z.literal('failed'), attempts: z.number().int().positive(), lastError: z.string() }),
]);
export type RunnerHealth = z.infer<typeof RunnerHealth>;

/**
 * `running`: a tool runs; `idle`: a turn runs and no tool; `stalled`: a turn without a sign of life for longer than the project allows, with
 * a tool or without; `inactive`: no turn (spec §5.1).
 */
export const ActivityState = z.enum(['inactive', 'running', 'idle', 'stalled']);
export type ActivityState = z.infer<typeof ActivityState>;

/** How a project or a role agent fares; derived by the hub, never stored. Of several sessions the one that tells most. */
export const ProjectHealth = z.object({
  projectId: ProjectId,
  sessionId: SessionId,
  activityState: ActivityState,
  activeTool: z.string().nullable(),
  /** In whole minutes, so that it is told once a minute. 0 while a tool runs. */
  idleDurationMs: z.number().nonnegative(),
  /** The last sign of life of a role agent that works, streamed text too: ms since the epoch, in steps of 15 s (spec §6.6). Null of others. */
  heartbeatAt: z.number().nullable().default(null),
  /** US dollars per hour, by the last five minutes. */
  burnRatePerHour: z.number().nonnegative(),
  /** 0 to 1, of the live window; null when nobody says. */
  contextPressure: z.number().min(0).max(1).nullable(),
  /** Files in conflict that were not acknowledged; of these, those that somebody outside agor wrote. */
  fileConflictCount: z.number().int().nonnegative(),
  externalConflictCount: z.number().int().nonnegative(),
  /** The highest of its sessions, and why. */
  attentionScore: z.number().nonnegative(),
  attentionReason: z.string().nullable(),
});
export type ProjectHealth = z.infer<typeof ProjectHealth>;
