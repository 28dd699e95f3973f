import { z } from 'zod';
import { Text } from '../../blob-text.ts';
import { TurnError } from '../failures.ts';

/** What we read of the app server's notifications. Fields that we do not name are kept where the whole event is kept. */
export const Envelope = z.looseObject({
  method: z.string(),
  params: z.unknown().optional(),
  emittedAtMs: z.number().optional(),
});

export const FileChangeEntry = z.object({
  path: z.string(),
  kind: z.object({ type: z.enum(['add', 'delete', 'update']), move_path: z.string().nullish() }),
  diff: Text,
});
export type FileChangeEntry = z.infer<typeof FileChangeEntry>;

const id = z.string().min(1);
const duration = z.number().nonnegative().nullish();

/** The kinds of items that have a meaning of their own here. */
export const Items = {
  userMessage: z.object({ id }),
  agentMessage: z.object({ id, text: Text }),
  plan: z.object({ id, text: Text }),
  reasoning: z.object({ id, summary: z.array(Text).default([]), content: z.array(Text).default([]) }),
  commandExecution: z.object({
    id,
    command: Text,
    cwd: z.string().default(''),
    status: z.string(),
    aggregatedOutput: Text.nullish(),
    exitCode: z.number().int().nullish(),
    durationMs: duration,
  }),
  fileChange: z.object({ id, changes: z.array(FileChangeEntry), status: z.string() }),
  mcpToolCall: z.object({
    id,
    server: z.string(),
    tool: z.string(),
    status: z.string(),
    arguments: z.unknown().optional(),
    result: z.object({ content: z.array(z.unknown()).default([]) }).nullish(),
    error: z.object({ message: Text }).nullish(),
    durationMs: duration,
  }),
  dynamicToolCall: z.object({
    id,
    tool: z.string(),
    arguments: z.unknown().optional(),
    status: z.string(),
    success: z.boolean().nullish(),
    contentItems: z.array(z.unknown()).nullish(),
    durationMs: duration,
  }),
  collabAgentToolCall: z.object({
    id,
    tool: z.string(),
    status: z.string(),
    receiverThreadIds: z.array(z.string()).default([]),
    prompt: Text.nullish(),
    model: z.string().nullish(),
    agentsStates: z.record(z.string(), z.object({ status: z.string(), message: Text.nullish() }).nullish()).default({}),
  }),
  subAgentActivity: z.object({
    id,
    kind: z.string(),
    agentThreadId: z.string(),
    agentPath: z.string().default(''),
    model: z.string().nullish(),
  }),
  webSearch: z.object({ id, query: z.string().default('') }),
  imageView: z.object({ id, path: z.string() }),
  contextCompaction: z.object({ id }),
} as const;
export type ItemType = keyof typeof Items;
export type ItemOf<Type extends ItemType> = z.infer<(typeof Items)[Type]>;

export const ItemEvent = z.object({ threadId: z.string().optional(), item: z.looseObject({ id, type: z.string() }) });

const Tokens = z.object({
  totalTokens: z.number().nonnegative(),
  inputTokens: z.number().nonnegative().default(0),
  cachedInputTokens: z.number().nonnegative().default(0),
  cacheWriteInputTokens: z.number().nonnegative().default(0),
  outputTokens: z.number().nonnegative().default(0),
});
export const TokenUsageEvent = z.object({
  threadId: z.string(),
  tokenUsage: z.object({ total: Tokens, last: Tokens, modelContextWindow: z.number().nullish() }),
});
export type TokenUsageEvent = z.infer<typeof TokenUsageEvent>;

export const TurnCompletedEvent = z.object({
  threadId: z.string(),
  turn: z.object({
    id,
    status: z.string(),
    error: TurnError.nullish(),
    durationMs: z.number().nonnegative().nullish(),
  }),
});
export type TurnCompletedEvent = z.infer<typeof TurnCompletedEvent>;

export const ErrorEvent = z.object({ threadId: z.string(), error: TurnError, willRetry: z.boolean().default(false) });
export const PlanEvent = z.object({
  threadId: z.string(),
  turnId: z.string(),
  plan: z.array(z.object({ step: z.string(), status: z.enum(['pending', 'inProgress', 'completed']) })),
});
export const WarningEvent = z.object({ threadId: z.string().nullish(), message: z.string() });
export const SummaryEvent = z.object({ summary: z.string(), details: z.string().nullish() });
export const McpStatusEvent = z.object({ name: z.string(), status: z.string(), error: z.string().nullish() });
export const ReroutedEvent = z.object({ fromModel: z.string(), toModel: z.string() });

/** Ours: the thread that the session works in, told once per process. */
export const ThreadEvent = z.object({
  threadId: z.string(),
  model: z.string().optional(),
  cwd: z.string().optional(),
  permissionMode: z.string().optional(),
  version: z.string().optional(),
});
/** Ours: what had streamed of an item that the vendor never completed, said when its turn ended. */
export const PartialEvent = z.object({
  threadId: z.string().optional(),
  itemId: id,
  kind: z.enum(['text', 'thinking']),
  text: Text,
});
/** Ours: a call that an interrupt ended; `output` is what it had said. */
export const AbortedEvent = z.object({ threadId: z.string().optional(), itemId: id, output: Text });
