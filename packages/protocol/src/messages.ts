import { z } from 'zod';
import { Answer, Ask } from './asks.ts';
import { BlobRef } from './blobs.ts';
import { BlockId } from './ids.ts';

/** What a failure means for the person; the order is the order in which texts are matched (spec §4.3). */
export const ErrorClass = z.enum([
  'rate_limit',
  'auth',
  'quota',
  'overloaded',
  'network',
  'not_installed',
  // The conversation that was to go on is no more, or the agent keeps none: only a new session helps.
  'gone',
  'unknown',
]);
export type ErrorClass = z.infer<typeof ErrorClass>;

/** What a tool does, for its icon and its rendering; `other` when the provider does not say. */
export const ToolKind = z.enum([
  'execute',
  'edit',
  'write',
  'read',
  'search',
  'fetch',
  'agent',
  'think',
  'todo',
  'other',
]);
export type ToolKind = z.infer<typeof ToolKind>;

export const TokenUsage = z.object({
  inputTokens: z.number().nonnegative().default(0),
  outputTokens: z.number().nonnegative().default(0),
  cacheReadTokens: z.number().nonnegative().default(0),
  cacheCreationTokens: z.number().nonnegative().default(0),
});
export type TokenUsage = z.infer<typeof TokenUsage>;

/** What one call of a model used. */
export const SpentTokens = z.object({
  model: z.string().optional(),
  ...TokenUsage.shape,
  /** Of `cacheCreationTokens`, those that are kept for an hour, which costs more. */
  cacheCreationHourTokens: z.number().nonnegative().optional(),
  /** Where the provider knows it, in US dollars: 0 for a model on a computer of one's own. */
  costUsd: z.number().nonnegative().optional(),
});
export type SpentTokens = z.infer<typeof SpentTokens>;

const message = <Type extends string, Content extends z.ZodType>(type: Type, content: Content) =>
  z.object({
    /** Unique in its session; the same raw event always gives the same ids, so that a replay changes nothing. */
    id: z.string(),
    type: z.literal(type),
    /** The tool call that started the subagent which said this. */
    parentId: z.string().optional(),
    /** The open block that this message completes. */
    blockId: BlockId.optional(),
    /** Set on one of the messages of a model's call, where the provider tells it before the turn's `cost`; output may still be growing. */
    spent: SpentTokens.optional(),
    content,
    /** Origin time in ms since the epoch: for display, never for order. */
    timestamp: z.number(),
  });

/** A file's change as unified-diff hunks. */
export const FileDiff = z.object({
  path: z.string(),
  /** Unified diff text of this one file, without the file header; empty for a binary file. */
  patch: z.string(),
  added: z.number().int().nonnegative(),
  removed: z.number().int().nonnegative(),
  change: z.enum(['add', 'update', 'delete', 'rename']).default('update'),
});
export type FileDiff = z.infer<typeof FileDiff>;

const spokenText = z.object({
  text: z.string(),
  /** Set when the text was too large for the event: `text` is its beginning, the blob has all of it. */
  textBlob: BlobRef.optional(),
  /** Cut short by an interrupt or a crash. */
  partial: z.boolean().optional(),
});

/** The one vocabulary into which every provider's stream is put (spec §4.1). */
export const AgentMessage = z.discriminatedUnion('type', [
  message(
    'init',
    z.object({
      /** The provider's own id of the conversation: what a resume needs. */
      sessionId: z.string(),
      model: z.string().optional(),
      cwd: z.string().optional(),
      tools: z.array(z.string()).default([]),
      permissionMode: z.string().optional(),
      slashCommands: z.array(z.string()).optional(),
      agentVersion: z.string().optional(),
      mcpServers: z.array(z.object({ name: z.string(), status: z.string() })).optional(),
    }),
  ),
  message('text', spokenText),
  message('thinking', spokenText),
  message(
    'tool_call',
    z.object({
      toolUseId: z.string(),
      name: z.string(),
      kind: ToolKind.default('other'),
      /** One line: the command, the path, the pattern. */
      title: z.string().optional(),
      input: z.unknown(),
      /** The input was too large for the event and stands in a blob as JSON. */
      inputBlob: BlobRef.optional(),
    }),
  ),
  message(
    'tool_result',
    z.object({
      toolUseId: z.string(),
      output: z.string(),
      outputBlob: BlobRef.optional(),
      isError: z.boolean().default(false),
      exitCode: z.number().int().optional(),
      durationMs: z.number().nonnegative().optional(),
      diffs: z.array(FileDiff).optional(),
      images: z.array(BlobRef).optional(),
      interrupted: z.boolean().optional(),
    }),
  ),
  message('status', z.object({ subtype: z.string(), message: z.string().optional(), data: z.unknown().optional() })),
  message(
    'compaction',
    z.object({
      trigger: z.enum(['manual', 'auto']),
      preTokens: z.number(),
      postTokens: z.number().optional(),
      /** What the conversation goes on with, where the provider tells it. */
      summary: z.string().optional(),
    }),
  ),
  /** What the model's window holds now, and what was spent so far, told while a turn runs. */
  message(
    'usage',
    z.object({
      contextTokens: z.number().nonnegative().optional(),
      contextWindow: z.number().positive().optional(),
      /** Of the whole session so far. */
      totalCostUsd: z.number().nonnegative().optional(),
    }),
  ),
  message(
    'cost',
    z.object({
      /** Of the whole session so far, in US dollars, at the vendor's list price. */
      totalCostUsd: z.number().nonnegative(),
      /** Of this turn alone. */
      costUsd: z.number().nonnegative().optional(),
      durationMs: z.number().nonnegative(),
      inputTokens: z.number().nonnegative(),
      outputTokens: z.number().nonnegative(),
      cacheReadTokens: z.number().nonnegative().optional(),
      cacheCreationTokens: z.number().nonnegative().optional(),
      numTurns: z.number().int().nonnegative(),
      isError: z.boolean(),
      result: z.string().optional(),
      errors: z.array(z.string()).optional(),
      /** Tokens now in the model's window, and the window's size. */
      contextTokens: z.number().nonnegative().optional(),
      contextWindow: z.number().positive().optional(),
    }),
  ),
  message(
    'error',
    z.object({
      message: z.string(),
      class: ErrorClass.default('unknown'),
      retryable: z.boolean().default(false),
      retryDelaySec: z.number().nonnegative().optional(),
    }),
  ),
  /** The agent's own to-do list, whole each time. */
  message(
    'plan',
    z.object({
      entries: z.array(
        z.object({
          content: z.string(),
          status: z.enum(['pending', 'in_progress', 'completed']),
          priority: z.enum(['high', 'medium', 'low']).optional(),
        }),
      ),
    }),
  ),
  message(
    'subagent',
    z.object({
      toolUseId: z.string(),
      state: z.enum(['started', 'progress', 'done', 'failed', 'stopped']),
      description: z.string().optional(),
      subagentType: z.string().optional(),
      prompt: z.string().optional(),
      background: z.boolean().optional(),
      totalTokens: z.number().nonnegative().optional(),
      toolUses: z.number().int().nonnegative().optional(),
      durationMs: z.number().nonnegative().optional(),
      lastTool: z.string().optional(),
      summary: z.string().optional(),
    }),
  ),
  message('checkpoint', z.object({ checkpointId: z.string(), promptId: z.string().optional() })),
  /** A prompt as it went to the agent: derived from the log for transcripts and `agor run --json`. */
  message('prompt', z.object({ promptId: z.string(), text: z.string(), images: z.number().int().nonnegative() })),
  message('permissionRequest', z.object({ ask: Ask })),
  message('question', z.object({ ask: Ask })),
  message('permissionAnswer', z.object({ askId: z.string(), answer: Answer, by: z.string() })),
  /** What an adapter did not understand, kept raw: a newer vendor must not lose anything here. */
  message('unknown', z.object({ raw: z.unknown() })),
]);
export type AgentMessage = z.infer<typeof AgentMessage>;
export type AgentMessageType = AgentMessage['type'];
export type MessageOf<Type extends AgentMessageType> = Extract<AgentMessage, { type: Type }>;
