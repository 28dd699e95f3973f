import { FileDiff, ToolKind } from '@agor/protocol';
import { z } from 'zod';
import { Text } from '../blob-text.ts';

/**
 * The demo agent's own event stream, as a vendor would have one. `id` is unique in a session: `<run of the process>-<count>`, so that the
 * events of a resumed session never collide with those before.
 */
const event = <Type extends string, Shape extends z.ZodRawShape>(type: Type, shape: Shape) =>
  z.object({
    type: z.literal(type),
    id: z.string(),
    /** Ms since the epoch. */
    at: z.number(),
    /** The tool call of the subagent that speaks. */
    parentId: z.string().optional(),
    ...shape,
  });

export const DemoEvent = z.discriminatedUnion('type', [
  event('session', {
    conversationId: z.string(),
    model: z.string(),
    cwd: z.string(),
    permissionMode: z.string(),
    tools: z.array(z.string()),
    commands: z.array(z.string()),
    version: z.string(),
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
    diffs: z.array(FileDiff).optional(),
    interrupted: z.boolean().optional(),
  }),
  event('status', { subtype: z.string(), message: z.string().optional() }),
  event('compaction', {
    trigger: z.enum(['manual', 'auto']),
    preTokens: z.number().nonnegative(),
    postTokens: z.number().nonnegative(),
  }),
  event('checkpoint', { checkpointId: z.string(), promptId: z.string().optional() }),
  event('error', { message: z.string(), status: z.number().int().optional() }),
  event('todo', {
    entries: z.array(z.object({ content: z.string(), status: z.enum(['pending', 'in_progress', 'completed']) })),
  }),
  event('subagent', {
    toolUseId: z.string(),
    state: z.enum(['started', 'progress', 'done', 'failed', 'stopped']),
    description: z.string().optional(),
    prompt: z.string().optional(),
    background: z.boolean().optional(),
    toolUses: z.number().int().nonnegative().optional(),
    totalTokens: z.number().nonnegative().optional(),
    durationMs: z.number().nonnegative().optional(),
    lastTool: z.string().optional(),
    summary: z.string().optional(),
  }),
  event('result', {
    durationMs: z.number().nonnegative(),
    inputTokens: z.number().nonnegative(),
    outputTokens: z.number().nonnegative(),
    /** What stands in the model's window; not said: what went in and out. */
    contextTokens: z.number().nonnegative().optional(),
    isError: z.boolean(),
    errors: z.array(z.string()).optional(),
  }),
]);
export type DemoEvent = z.infer<typeof DemoEvent>;
type WithoutPlace<Each> = Each extends unknown ? Omit<Each, 'id' | 'at'> : never;
/** An event before it got its id and time. */
export type NewDemoEvent = WithoutPlace<DemoEvent>;
