import { z } from 'zod';
import { RunAnchors } from './anchors.ts';
import { Answer, Ask } from './asks.ts';
import { ImageInput } from './blobs.ts';
import { ControlValues, QuotaWindow, SessionControl } from './controls.ts';
import { TurnOutcome } from './events.ts';
import { HistoryItem } from './history.ts';
import { AskId, BlockId, PromptId, SessionId, TurnId } from './ids.ts';
import { McpServers } from './mcp.ts';
import { ErrorClass } from './messages.ts';
import { ModelInfo, SlashCommand } from './models.ts';
import { SandboxRequest } from './sandbox.ts';
import { PermissionMode } from './settings.ts';
import { Traceparent } from './trace.ts';
import { SessionWorktree } from './worktrees.ts';

/**
 * The machine and a runner talk in NDJSON over stdio: one JSON object a line, UTF-8, `\n` at its end (spec §3.2, §3.3).
 * One runner serves one session. stdout carries nothing else; whatever a runner wants to say to people goes to stderr.
 */

/** Longest line either side accepts, in bytes. */
export const MAX_SIDECAR_LINE_BYTES = 32 * 1024 * 1024;

/** What a session needs to be started or resumed; the same for every provider, each uses what it can. */
export const RunOptions = z.object({
  cwd: z.string(),
  /** `cwd` is a worktree of agor's: the machine makes it before the runner starts, if it is not there. */
  worktree: SessionWorktree.optional(),
  model: z.string().optional(),
  permissionMode: PermissionMode.default('default'),
  /** The provider's id of the conversation to go on with. */
  resumeSessionId: z.string().optional(),
  /** Go on with a copy of that conversation, under a new id of the provider's. */
  forkSession: z.boolean().default(false),
  /** For providers whose definition says `historyFromLog`: what was said so far. Used when the agent starts, else ignored. */
  history: z.array(HistoryItem).optional(),
  /** What the person chose of the agent's own controls. */
  controls: ControlValues.default({}),
  mcpServers: McpServers.default({}),
  /** It belongs to a team: the machine hands it agor's own MCP server. */
  team: z.boolean().default(false),
  /** Absent = none asked for. Applied by the machine before the runner starts. */
  sandbox: SandboxRequest.optional(),
  /** Set by the machine: our sandbox confines this runner, so the vendor's own must be off (they can't nest). */
  confined: z.boolean().default(false),
  /** Set by the machine: the agent of the family, `opencode` of `acp:opencode`. */
  variant: z.string().optional(),
  maxTurns: z.number().int().positive().optional(),
  maxBudgetUsd: z.number().positive().optional(),
  /** Which of the vendor's settings files are read; the repository's own only after the person accepted them. */
  settingSources: z.array(z.enum(['user', 'project', 'local'])).default(['user']),
  systemPrompt: z.string().optional(),
  /** Those at the end of `systemPrompt`; told again when the agent starts, so that the hub knows what it has. */
  anchors: RunAnchors.optional(),
  /** A Claude profile's folder (spec §2.8). */
  claudeConfigDir: z.string().optional(),
  additionalDirectories: z.array(z.string()).default([]),
  /** Calls that were allowed before: "always for this project", and answers to lapsed asks. */
  rules: z
    .array(
      z.object({
        id: z.string(),
        toolName: z.string(),
        /** Only for exactly this input (canonical JSON); absent = any input. */
        inputJson: z.string().optional(),
        once: z.boolean(),
        /** Absent = allow. */
        decision: z.enum(['allow', 'deny']).default('allow'),
        message: z.string().optional(),
      }),
    )
    .default([]),
  /** `providers.<id>.config` of the settings. */
  providerConfig: z.record(z.string(), z.unknown()).default({}),
  /** The vendor's program and arguments that come before ours; resolved by the machine. */
  command: z.array(z.string()).optional(),
});
export type RunOptions = z.infer<typeof RunOptions>;

export const ToRunner = z.discriminatedUnion('type', [
  /** Starts the agent if it does not run yet (with these options), then hands it the prompt. */
  z.object({
    type: z.literal('query'),
    sessionId: SessionId,
    promptId: PromptId,
    prompt: z.string(),
    images: z.array(ImageInput).default([]),
    /** Into the turn that runs, where the agent can; else, or when none runs any more, a prompt like others. */
    steer: z.boolean().default(false),
    /** The span in which the agent works on it; handed to the vendor's program, or to the model's server. */
    traceparent: Traceparent.optional(),
    options: RunOptions,
  }),
  /** Starts the agent without a prompt: a restart, or a warm start. */
  z.object({ type: z.literal('open'), sessionId: SessionId, options: RunOptions }),
  z.object({ type: z.literal('answer'), sessionId: SessionId, askId: AskId, answer: Answer }),
  z.object({ type: z.literal('interrupt'), sessionId: SessionId }),
  /** End one subagent, named by the call that started it; only for providers with `capabilities.stopSubagents`. */
  z.object({ type: z.literal('stopSubagent'), sessionId: SessionId, toolUseId: z.string() }),
  z.object({
    type: z.literal('set'),
    sessionId: SessionId,
    model: z.string().optional(),
    permissionMode: PermissionMode.optional(),
    controls: ControlValues.optional(),
  }),
  /** End the agent and yourself; the end of stdin means the same. */
  z.object({ type: z.literal('stop'), sessionId: SessionId }),
  z.object({ type: z.literal('ping'), nonce: z.string().optional() }),
]);
export type ToRunner = z.infer<typeof ToRunner>;

/** Lines that are passed on at once and never stored. */
export const RunnerDelta = z.object({
  type: z.literal('agent_delta'),
  sessionId: SessionId,
  blockId: BlockId,
  kind: z.enum(['text', 'thinking', 'toolInput', 'toolOutput']),
  text: z.string(),
  parentId: z.string().optional(),
  toolUseId: z.string().optional(),
});
export type RunnerDelta = z.infer<typeof RunnerDelta>;

/** Lines that are journaled: each of them reaches the hub exactly once, whatever dies. */
const durable = [
  /** A turn began; without promptId the agent began it by itself. */
  z.object({
    type: z.literal('agent_started'),
    sessionId: SessionId,
    turnId: TurnId,
    promptId: PromptId.optional(),
  }),
  /** The agent has the prompt (it may still be queued inside the vendor's process). */
  z.object({
    type: z.literal('prompt_accepted'),
    sessionId: SessionId,
    promptId: PromptId,
    /** It went into the turn that ran, which may have ended since: no turn of its own follows. */
    steered: z.boolean().optional(),
  }),
  /** A vendor event, raw. With blockId it completes (and replaces) that open block. */
  z.object({
    type: z.literal('agent_event'),
    sessionId: SessionId,
    event: z.unknown(),
    blockId: BlockId.optional(),
  }),
  /** The turn ended; the agent stays and takes the next prompt. */
  z.object({
    type: z.literal('turn_ended'),
    sessionId: SessionId,
    turnId: TurnId,
    outcome: TurnOutcome,
    message: z.string().optional(),
    class: ErrorClass.optional(),
  }),
  z.object({ type: z.literal('ask'), sessionId: SessionId, ask: Ask }),
  z.object({ type: z.literal('ask_withdrawn'), sessionId: SessionId, askId: AskId, reason: z.string().optional() }),
  z.object({ type: z.literal('answer_accepted'), sessionId: SessionId, askId: AskId }),
  /** A rule of RunOptions.rules answered a permission request. */
  z.object({
    type: z.literal('rule_used'),
    sessionId: SessionId,
    ruleId: z.string(),
    toolUseId: z.string().optional(),
  }),
  z.object({
    type: z.literal('retrying'),
    sessionId: SessionId,
    delayMs: z.number().nonnegative(),
    attempt: z.number().int(),
    maxAttempts: z.number().int().optional(),
    class: ErrorClass,
    message: z.string().optional(),
  }),
  /** The vendor's quota is used up until `resetsAt` (ms since the epoch), or no longer (`lifted`). */
  z.object({
    type: z.literal('limited'),
    sessionId: SessionId,
    resetsAt: z.number().nullable(),
    limit: z.string(),
    lifted: z.boolean().default(false),
    message: z.string().optional(),
  }),
  /** What this agent can do, learnt from the live process. */
  z.object({
    type: z.literal('agent_info'),
    sessionId: SessionId,
    providerSessionId: z.string().optional(),
    models: z.array(ModelInfo).optional(),
    commands: z.array(SlashCommand).optional(),
    model: z.string().optional(),
    permissionMode: PermissionMode.optional(),
    version: z.string().optional(),
    /** All of them, each time. */
    controls: z.array(SessionControl).optional(),
    quota: z.array(QuotaWindow).optional(),
  }),
  /** The agent ended; the runner exits after this line. */
  z.object({
    type: z.literal('agent_stopped'),
    sessionId: SessionId,
    exitCode: z.number().int().nullable(),
    signal: z.string().nullable(),
  }),
  /** The agent could not start or died; the turn, if any, is over. */
  z.object({
    type: z.literal('agent_error'),
    sessionId: SessionId,
    message: z.string(),
    class: ErrorClass.default('unknown'),
  }),
  /** A protocol error: an unknown or malformed line reached the runner. */
  z.object({ type: z.literal('error'), sessionId: SessionId.optional(), message: z.string() }),
] as const;

/** Runner → machine. */
export const FromRunner = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready'), provider: z.string(), pid: z.number().int() }),
  z.object({ type: z.literal('pong'), nonce: z.string().optional() }),
  /** The agent that `open` asked for can take prompts. */
  z.object({ type: z.literal('opened'), sessionId: SessionId }),
  z.object({ type: z.literal('agent_log'), sessionId: SessionId.optional(), message: z.string() }),
  RunnerDelta,
  ...durable,
]);
export type FromRunner = z.infer<typeof FromRunner>;

/** The journaled part of what a runner says. */
export const DurableFromRunner = z.discriminatedUnion('type', [...durable]);
export type DurableFromRunner = z.infer<typeof DurableFromRunner>;
