import { ErrorClass, FileDiff, ToolKind } from '@agor/protocol';
import { z } from 'zod';
import { Text } from '../blob-text.ts';

/**
 * The loop's own events, as a vendor would have them. `id` is unique in a session: `<run of the process>-<count>`, so that the events of a
 * resumed session never collide with those before.
 */
const event = <Type extends string, Shape extends z.ZodRawShape>(type: Type, shape: Shape) =>
  z.object({
    type: z.literal(type),
    id: z.string(),
    /** Ms since the epoch. */
    at: z.number(),
    ...shape,
  });

const tokens = z.number().nonnegative();

export const LoopEvent = z.discriminatedUnion('type', [
  event('session', {
    conversationId: z.string(),
    model: z.string(),
    cwd: z.string(),
    permissionMode: z.string(),
    tools: z.array(z.string()),
    commands: z.array(z.string()),
    /** Of the model server. */
    version: z.string().optional(),
    mcpServers: z.array(z.object({ name: z.string(), status: z.string() })).optional(),
  }),
  event('text', { text: Text, partial: z.boolean().optional() }),
  event('thinking', { text: Text, partial: z.boolean().optional() }),
  event('toolCall', {
    toolUseId: z.string(),
    name: z.string(),
    kind: ToolKind,
    title: z.string().optional(),
    input: z.unknown(),
  }),
  event('toolResult', {
    toolUseId: z.string(),
    output: Text,
    isError: z.boolean().optional(),
    exitCode: z.number().int().optional(),
    durationMs: z.number().nonnegative().optional(),
    diffs: z.array(FileDiff.extend({ patch: Text })).optional(),
    interrupted: z.boolean().optional(),
  }),
  event('status', { subtype: z.string(), message: z.string().optional() }),
  event('compaction', {
    trigger: z.enum(['manual', 'auto']),
    preTokens: tokens,
    postTokens: tokens.optional(),
    summary: Text,
  }),
  event('usage', {
    contextTokens: tokens,
    contextWindow: z.number().positive().optional(),
    /** What calls of the model used since this was last told. `free`: on a computer of one's own. */
    spent: z
      .object({
        model: z.string(),
        inputTokens: tokens,
        outputTokens: tokens,
        cachedTokens: tokens,
        free: z.boolean(),
      })
      .optional(),
  }),
  event('error', { message: z.string(), class: ErrorClass, retryable: z.boolean(), retryDelaySec: tokens.optional() }),
  event('result', {
    durationMs: z.number().nonnegative(),
    inputTokens: tokens,
    outputTokens: tokens,
    cachedTokens: tokens.optional(),
    /** The model runs on a computer of one's own; absent in what an older agor wrote. */
    free: z.boolean().optional(),
    /** Model calls of the turn. */
    steps: z.number().int().nonnegative(),
    isError: z.boolean(),
    errors: z.array(z.string()).optional(),
    contextTokens: tokens.optional(),
    contextWindow: z.number().positive().optional(),
  }),
]);
export type LoopEvent = z.infer<typeof LoopEvent>;
type WithoutPlace<Each> = Each extends unknown ? Omit<Each, 'id' | 'at'> : never;
/** An event before it got its id and time. */
export type NewLoopEvent = WithoutPlace<LoopEvent>;
