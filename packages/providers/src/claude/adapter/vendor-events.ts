import { z } from 'zod';
import { Text } from '../../blob-text.ts';

// What we read of the Agent SDK's messages, and no more: a newer CLI may add what it likes. Any long string may be a blob marker.

const parent = z.string().nullish();
const envelope = { uuid: z.string(), parent_tool_use_id: parent, timestamp: z.string().optional() };

/** A negative one is no amount: the event is kept raw. */
const amount = z.number().nonnegative();

export const Usage = z.object({
  input_tokens: amount.nullish(),
  output_tokens: amount.nullish(),
  cache_read_input_tokens: amount.nullish(),
  cache_creation_input_tokens: amount.nullish(),
  cache_creation: z.object({ ephemeral_1h_input_tokens: amount.nullish() }).nullish(),
});
export type Usage = z.infer<typeof Usage>;

export const InitEvent = z.object({
  ...envelope,
  session_id: z.string(),
  cwd: z.string().optional(),
  model: z.string().optional(),
  permissionMode: z.string().optional(),
  tools: z.array(z.string()).default([]),
  slash_commands: z.array(z.string()).optional(),
  terminal_slash_commands: z.array(z.string()).default([]),
  claude_code_version: z.string().optional(),
  mcp_servers: z.array(z.object({ name: z.string(), status: z.string() })).optional(),
});

/** A content block; which fields are there depends on its type. */
export const Block = z.looseObject({ type: z.string() });
export type Block = z.infer<typeof Block>;
export const TextBlock = z.object({ text: Text });
export const ThinkingBlock = z.object({ thinking: Text });
export const ToolUseBlock = z.object({ id: z.string(), name: z.string(), input: z.unknown().optional() });
export type ToolUseBlock = z.infer<typeof ToolUseBlock>;
export const ToolResultBlock = z.object({
  tool_use_id: z.string(),
  content: z.union([Text, z.array(Block)]).optional(),
  is_error: z.boolean().nullish(),
});
export type ToolResultBlock = z.infer<typeof ToolResultBlock>;
export const ImageBlock = z.object({
  source: z.object({ media_type: z.string().optional(), data: Text.optional(), url: z.string().optional() }),
});

export const AssistantEvent = z.object({
  ...envelope,
  message: z.object({
    id: z.string().optional(),
    model: z.string().optional(),
    content: z.array(Block),
    usage: Usage.nullish(),
  }),
  error: z.string().nullish(),
  api_error_status: z.number().nullish(),
  /** The person interrupted while it streamed. */
  aborted: z.boolean().optional(),
});
export type AssistantEvent = z.infer<typeof AssistantEvent>;

export const UserEvent = z.object({
  ...envelope,
  message: z.object({ content: z.union([Text, z.array(Block)]) }),
  isReplay: z.boolean().optional(),
  isSynthetic: z.boolean().optional(),
  tool_use_result: z.unknown().optional(),
  tool_result_meta: z.array(z.looseObject({ id: z.string(), non_execution_kind: z.string().nullish() })).optional(),
});
export type UserEvent = z.infer<typeof UserEvent>;

const ModelUsage = z.object({
  inputTokens: amount.default(0),
  outputTokens: amount.default(0),
  cacheReadInputTokens: amount.default(0),
  cacheCreationInputTokens: amount.default(0),
  costUSD: amount.default(0),
  contextWindow: z.number().optional(),
});

export const ResultEvent = z.object({
  ...envelope,
  subtype: z.string(),
  is_error: z.boolean(),
  num_turns: z.number().int().nonnegative().default(0),
  duration_ms: amount.default(0),
  result: Text.nullish(),
  errors: z.array(z.string()).optional(),
  api_error_status: z.number().nullish(),
  terminal_reason: z.string().nullish(),
  total_cost_usd: amount.default(0),
  usage: Usage.nullish(),
  modelUsage: z.record(z.string(), ModelUsage).default({}),
  model_usage_since_last_result: z.record(z.string(), ModelUsage).optional(),
  /** Ours: what the last answer of the main thread added to the context (the stream told the runner; `usage` is a sum). */
  agor_output_tokens: amount.optional(),
});
export type ResultEvent = z.infer<typeof ResultEvent>;

/** Any `system` message: what its subtypes have in common and what we read of each. */
export const SystemEvent = z.looseObject({ ...envelope, subtype: z.string() });
export type SystemEvent = z.infer<typeof SystemEvent>;

export const CompactBoundary = z.object({
  compact_metadata: z.object({
    trigger: z.enum(['manual', 'auto']).catch('auto'),
    pre_tokens: amount.default(0),
    post_tokens: amount.optional(),
  }),
});

export const TaskEvent = z.object({
  task_id: z.string(),
  tool_use_id: z.string().optional(),
  description: z.string().optional(),
  subagent_type: z.string().optional(),
  task_type: z.string().optional(),
  is_backgrounded: z.boolean().optional(),
  prompt: Text.optional(),
  status: z.string().optional(),
  summary: Text.optional(),
  last_tool_name: z.string().optional(),
  usage: z
    .object({
      total_tokens: amount.optional(),
      tool_uses: z.number().int().nonnegative().optional(),
      duration_ms: amount.optional(),
    })
    .optional(),
  patch: z.object({ status: z.string().optional(), is_backgrounded: z.boolean().optional() }).optional(),
});
export type TaskEvent = z.infer<typeof TaskEvent>;

/** Ours: what a call of the main thread used in the end, as its stream said; the messages before tell what it began with. */
export const CallEndEvent = z.object({
  ...envelope,
  type: z.literal('agor_call_ended'),
  messageId: z.string(),
  usage: Usage,
});
export type CallEndEvent = z.infer<typeof CallEndEvent>;

/** Ours: what had streamed of a block that the vendor never completed, said when its message or turn ended. */
export const PartialEvent = z.object({
  ...envelope,
  type: z.literal('agor_partial'),
  kind: z.enum(['text', 'thinking', 'toolInput']),
  text: Text,
  toolName: z.string().optional(),
  toolUseId: z.string().optional(),
});
export type PartialEvent = z.infer<typeof PartialEvent>;
