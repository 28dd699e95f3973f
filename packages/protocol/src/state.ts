import { z } from 'zod';
import { Answer, AnsweredBy, Ask, AskStatus } from './asks.ts';
import { BudgetHold } from './budget.ts';
import { ControlValues, QuotaWindow, SessionControl } from './controls.ts';
import { RunnerHealth } from './health.ts';
import { ProjectId, PromptId, ProviderId, SessionId, TurnId } from './ids.ts';
import { ErrorClass } from './messages.ts';
import { ModelInfo, SlashCommand } from './models.ts';
import { Prompt } from './prompts.ts';
import { SandboxStatus } from './sandbox.ts';
import { PermissionMode } from './settings.ts';
import { SessionWorktree } from './worktrees.ts';

/** What the screen says about a session; derived, never stored (architecture §5.4, `statusOf` in @agor/session). */
export const SessionStatus = z.enum([
  'idle',
  'starting',
  'running',
  'waiting',
  'retrying',
  'limited',
  'paused',
  'stopping',
  'done',
  'failed',
  'stopped',
  'unreachable',
]);
export type SessionStatus = z.infer<typeof SessionStatus>;

export const AskState = z.object({
  ask: Ask,
  status: AskStatus,
  openedAt: z.number(),
  answer: Answer.optional(),
  answeredBy: AnsweredBy.optional(),
});
export type AskState = z.infer<typeof AskState>;

export const SubagentState = z.object({
  toolUseId: z.string(),
  description: z.string(),
  subagentType: z.string().optional(),
  background: z.boolean(),
  state: z.enum(['running', 'done', 'failed', 'stopped']),
  startedAt: z.number(),
  totalTokens: z.number().optional(),
  toolUses: z.number().optional(),
  lastTool: z.string().optional(),
  /** The subagent that started it; absent: the session's agent did. It may be forgotten already. */
  parentId: z.string().optional(),
  /** The beginning of what it said last, in one line. */
  lastText: z.string().optional(),
  /** In US dollars, where the provider tells what each call of the model cost. */
  costUsd: z.number().optional(),
});
export type SubagentState = z.infer<typeof SubagentState>;

/** The fold of a session's log. Small and bounded: the transcript itself is not in it. */
export const SessionState = z.object({
  id: SessionId,
  projectId: ProjectId.nullable(),
  provider: ProviderId,
  cwd: z.string(),
  /** Its `cwd` is a git worktree of its own. */
  worktree: SessionWorktree.optional(),
  title: z.string(),
  model: z.string().optional(),
  permissionMode: PermissionMode,
  /** The folder of the Claude profile it began with, which alone keeps its conversation; null: the usual one. */
  claudeConfigDir: z.string().nullable().optional(),
  providerSessionId: z.string().optional(),
  /** `providerSessionId` is another session's: the next start makes a copy of that conversation first. */
  forkPending: z.boolean(),
  forkedFrom: z.object({ sessionId: SessionId, title: z.string() }).optional(),
  /** The conversation was begun outside agor. */
  importedFrom: z.string().optional(),
  createdAt: z.number(),
  lastActivityAt: z.number(),
  /** The newest event folded in. */
  seq: z.number().int().nonnegative(),

  process: z
    .object({ pid: z.number().int(), startTime: z.string() })
    .nullable()
    .describe('the live runner, as far as the log knows'),
  turn: z.object({ id: TurnId, promptId: PromptId.optional(), startedAt: z.number() }).nullable(),
  stopping: z.boolean(),
  /** How the last turn or process ended; `none` before the first and once a new prompt is on its way. */
  ended: z.enum(['none', 'done', 'failed', 'stopped']),
  error: z.object({ message: z.string(), class: ErrorClass, stderrTail: z.string().optional() }).nullable(),

  /** Waiting in the hub, in order; editable and cancellable. */
  queue: z.array(Prompt),
  /** Handed to the machine, not yet confirmed by the agent. */
  inFlight: z.array(Prompt),
  /** Maybe delivered, or failed to be: the person may send them again. */
  undelivered: z.array(z.object({ prompt: Prompt, doubtful: z.boolean(), reason: z.string() })),
  asks: z.array(AskState),

  retry: z
    .object({
      until: z.number(),
      attempt: z.number(),
      maxAttempts: z.number().optional(),
      class: ErrorClass,
      message: z.string().optional(),
    })
    .nullable(),
  limit: z.object({ until: z.number().nullable(), limit: z.string(), message: z.string().optional() }).nullable(),
  pausedReason: z.string().nullable(),
  /** A budget's hard limit stopped it. */
  budgetHold: BudgetHold.nullable(),

  /** Tool calls without a result yet. */
  activeTools: z.array(
    z.object({
      toolUseId: z.string(),
      name: z.string(),
      title: z.string().optional(),
      since: z.number(),
      parentId: z.string().optional(),
    }),
  ),
  /** The newest ones; those that run are kept longest. */
  subagents: z.array(SubagentState),
  /** How many more there were. */
  subagentsForgotten: z.number().optional(),
  plan: z.array(z.object({ content: z.string(), status: z.enum(['pending', 'in_progress', 'completed']) })),
  models: z.array(ModelInfo),
  commands: z.array(SlashCommand),
  agentVersion: z.string().optional(),
  /** What the live agent offers, with the values it last told. */
  controls: z.array(SessionControl),
  /** What the person chose of them; handed to every run. */
  chosenControls: ControlValues,
  quota: z.array(QuotaWindow),
  health: RunnerHealth,
  /** What confines the live process; null when none runs or nothing was told. */
  sandbox: SandboxStatus.nullable(),

  usage: z.object({
    costUsd: z.number(),
    /** All that went in, cached or not. */
    inputTokens: z.number(),
    outputTokens: z.number(),
    turns: z.number(),
    durationMs: z.number(),
    contextTokens: z.number().nullable(),
    contextWindow: z.number().nullable(),
  }),
  /** How often the agent's context was compacted, and the event of the last time. */
  compactions: z.object({ count: z.number().int().nonnegative(), lastSeq: z.number().int().nullable() }),
  /** Ids of the anchors that the live agent has. */
  anchors: z.object({
    /** In its system prompt, and in the one that it goes on with after a compaction. */
    system: z.array(z.string()),
    afterCompaction: z.array(z.string()),
    /** In what it was told since it started or was compacted. */
    told: z.array(z.string()),
  }),
  /** The beginning of the last prompt and of the agent's last words, for lists. */
  lastPrompt: z.string(),
  lastText: z.string(),
});
export type SessionState = z.infer<typeof SessionState>;

/** What a list shows of a session: its state and the status the hub derives from it and from the link. */
export const SessionSummary = z.object({
  state: SessionState,
  status: SessionStatus,
  attention: z.number(),
  reason: z.string().nullable(),
});
export type SessionSummary = z.infer<typeof SessionSummary>;
