import { z } from 'zod';
import { ProjectId, SessionId } from './ids.ts';

/** One stretch of work of a session: from a prompt to the turn's end (spec §4.7, §5.4). */
export const TurnMetrics = z.object({
  sessionId: SessionId,
  projectId: ProjectId.nullable(),
  provider: z.string(),
  model: z.string().nullable(),
  startedAt: z.number(),
  endedAt: z.number(),
  outcome: z.enum(['done', 'failed', 'interrupted', 'lost']),
  costUsd: z.number().nonnegative(),
  inputTokens: z.number().int().nonnegative(),
  outputTokens: z.number().int().nonnegative(),
  toolCalls: z.number().int().nonnegative(),
  /** The fullest that the context was, in tokens; null when nobody said. */
  peakContextTokens: z.number().int().nonnegative().nullable(),
  error: z.string().nullable(),
});
export type TurnMetrics = z.infer<typeof TurnMetrics>;

/** Sums of one UTC day, for charts. */
export const DayMetrics = z.object({
  /** `2026-11-23`. */
  day: z.string(),
  costUsd: z.number(),
  inputTokens: z.number(),
  outputTokens: z.number(),
  turns: z.number(),
  toolCalls: z.number(),
  failed: z.number(),
});
export type DayMetrics = z.infer<typeof DayMetrics>;

export const MetricsQuery = z.object({
  projectId: ProjectId.optional(),
  days: z.number().int().min(1).max(90).default(30),
  /** Of the newest turns. */
  limit: z.number().int().min(1).max(500).default(50),
});

export const MetricsReport = z.object({
  days: z.array(DayMetrics),
  /** Newest first. */
  turns: z.array(TurnMetrics),
  models: z.array(
    z.object({
      model: z.string(),
      costUsd: z.number(),
      turns: z.number(),
      inputTokens: z.number(),
      outputTokens: z.number(),
    }),
  ),
});
export type MetricsReport = z.infer<typeof MetricsReport>;
