import { FileDiff } from '@agor/protocol';
import { z } from 'zod';
import { Text } from '../../blob-text.ts';

/**
 * What the runner journals. ACP streams words in pieces and tells a tool call by many updates that change it: the runner puts the pieces
 * together and journals each thing once, in these words; every update that it does not understand goes through as it came (`update`).
 */

const amount = z.number().nonnegative();

export const InitEvent = z.object({
  type: z.literal('init'),
  sessionId: z.string(),
  cwd: z.string(),
  protocol: z.number(),
  agentVersion: z.string().optional(),
  model: z.string().optional(),
  mode: z.string().optional(),
});

/** One message or thought, whole, or what there was of it. */
export const SaidEvent = z.object({
  type: z.literal('said'),
  kind: z.enum(['text', 'thinking']),
  text: Text,
  parentId: z.string().optional(),
  partial: z.boolean().optional(),
});

export const ToolCallEvent = z.object({
  type: z.literal('tool_call'),
  toolCallId: z.string(),
  name: z.string(),
  /** In ACP's words. */
  kind: z.string().optional(),
  title: z.string().optional(),
  input: z.unknown(),
  parentId: z.string().optional(),
});
export type ToolCallEvent = z.infer<typeof ToolCallEvent>;

/** A patch as long as a blob is shown by its beginning. */
const DiffEvent = FileDiff.extend({ patch: Text });

export const ToolResultEvent = z.object({
  type: z.literal('tool_result'),
  toolCallId: z.string(),
  output: Text,
  isError: z.boolean(),
  interrupted: z.boolean().optional(),
  exitCode: z.number().int().optional(),
  durationMs: amount.optional(),
  diffs: z.array(DiffEvent).optional(),
  images: z.array(z.object({ mediaType: z.string(), data: Text })).optional(),
  parentId: z.string().optional(),
});
export type ToolResultEvent = z.infer<typeof ToolResultEvent>;

/** The end of a turn. */
export const TurnEvent = z.object({
  type: z.literal('turn'),
  stopReason: z.string().nullable(),
  durationMs: amount,
  usage: z
    .object({ inputTokens: amount, outputTokens: amount, cacheReadTokens: amount, cacheCreationTokens: amount })
    .nullable(),
  error: z.object({ message: z.string(), status: z.number().nullish() }).optional(),
});
export type TurnEvent = z.infer<typeof TurnEvent>;

/** A `session/update` as it came. */
export const UpdateEvent = z.object({
  type: z.literal('update'),
  update: z.looseObject({ sessionUpdate: z.string() }),
});

/** Any other notification of the agent, as it came. */
export const NotificationEvent = z.object({
  type: z.literal('notification'),
  method: z.string(),
  params: z.unknown(),
});
