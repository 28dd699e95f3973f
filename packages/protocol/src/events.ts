import { z } from 'zod';
import { RunAnchors, SentAnchors } from './anchors.ts';
import { Answer, AnsweredBy, Ask } from './asks.ts';
import { BudgetHold } from './budget.ts';
import { ControlValues, QuotaWindow, SessionControl } from './controls.ts';
import { RunnerHealth } from './health.ts';
import { AskId, BlockId, ProjectId, PromptId, ProviderId, SessionId, TurnId } from './ids.ts';
import { AgentMessage, ErrorClass } from './messages.ts';
import { ModelInfo, SlashCommand } from './models.ts';
import { Prompt } from './prompts.ts';
import { SandboxStatus } from './sandbox.ts';
import { PermissionMode } from './settings.ts';
import { SessionWorktree } from './worktrees.ts';

const event = <Kind extends string, Shape extends z.ZodRawShape>(kind: Kind, shape: Shape) =>
  z.object({ kind: z.literal(kind), ...shape });

/** How a turn came to its end. `lost`: the process that ran it died. */
export const TurnOutcome = z.enum(['done', 'failed', 'interrupted', 'lost']);
export type TurnOutcome = z.infer<typeof TurnOutcome>;

/**
 * What can happen in a session. The log of these is the session (architecture §5.1); its state is their fold
 * (`@agor/session`). A fact is written in the past tense; a command never stands here, only what came of it.
 */
export const SessionEventBody = z.discriminatedUnion('kind', [
  event('sessionCreated', {
    /** Null for a run in a folder that is no project. */
    projectId: ProjectId.nullable(),
    provider: ProviderId,
    cwd: z.string(),
    /** Its `cwd` is a git worktree of its own. */
    worktree: SessionWorktree.optional(),
    title: z.string(),
    model: z.string().optional(),
    permissionMode: PermissionMode,
    /** The folder of the Claude profile that keeps its conversation; null: the usual one. Absent: as its project has it at the time. */
    claudeConfigDir: z.string().nullable().optional(),
    /** Continue this conversation of the provider's. */
    resumeProviderSession: z.string().optional(),
    /** It goes on with a copy of that conversation; `sessionId` is agor's session whose transcript was copied. */
    forkedFrom: z.object({ sessionId: SessionId, title: z.string() }).optional(),
    /** That conversation was begun outside agor. */
    importedFrom: z.string().optional(),
  }),
  event('sessionRenamed', { title: z.string() }),
  event('settingsChanged', {
    model: z.string().optional(),
    permissionMode: PermissionMode.optional(),
    controls: ControlValues.optional(),
  }),

  event('promptQueued', { prompt: Prompt }),
  event('promptEdited', { promptId: PromptId, text: z.string() }),
  event('promptCancelled', { promptId: PromptId }),
  /** Left the queue; its delivery is promised (outbox). */
  event('promptSent', { promptId: PromptId, anchors: SentAnchors.optional() }),
  /** The agent has it. */
  event('promptDelivered', { promptId: PromptId }),
  /** The machine died between taking and delivering it: nobody can know. Sent again only by the person. */
  event('promptDoubtful', { promptId: PromptId, reason: z.string() }),
  /** Never reached an agent: the runner could not start, the folder is missing… */
  event('promptFailed', { promptId: PromptId, message: z.string(), class: ErrorClass.default('unknown') }),

  event('processStarted', {
    pid: z.number().int(),
    startTime: z.string(),
    sandbox: SandboxStatus.optional(),
    /** Without a person's prompt or restart (after a crash, or ahead of a prompt): how the session ended last still stands. */
    background: z.boolean().optional(),
    /** Those of its agent's system prompt. */
    anchors: RunAnchors.optional(),
  }),
  event('processExited', {
    code: z.number().int().nullable(),
    signal: z.string().nullable(),
    /** We ended it ourselves: stop, idle close, shutdown. */
    expected: z.boolean(),
    reason: z.string().optional(),
    /** The last lines of stderr. */
    stderrTail: z.string().optional(),
  }),

  /** Without a promptId the agent began by itself (work in the background came back). */
  event('turnStarted', { turnId: TurnId, promptId: PromptId.optional() }),
  event('turnEnded', {
    turnId: TurnId,
    outcome: TurnOutcome,
    message: z.string().optional(),
    class: ErrorClass.optional(),
  }),
  event('message', { message: AgentMessage }),
  /** What the live agent said of itself: it can differ from one start to the next. */
  event('agentInfo', {
    providerSessionId: z.string().optional(),
    model: z.string().optional(),
    permissionMode: PermissionMode.optional(),
    models: z.array(ModelInfo).optional(),
    commands: z.array(SlashCommand).optional(),
    version: z.string().optional(),
    controls: z.array(SessionControl).optional(),
    quota: z.array(QuotaWindow).optional(),
  }),
  event('health', { health: RunnerHealth }),

  event('askOpened', { ask: Ask }),
  event('askAnswered', { askId: AskId, answer: Answer, by: AnsweredBy }),
  event('askDelivered', { askId: AskId }),
  event('askLapsed', { askId: AskId }),
  event('askWithdrawn', { askId: AskId, reason: z.string().optional() }),

  event('stopRequested', { mode: z.enum(['interrupt', 'stop']), by: AnsweredBy }),
  event('retrying', {
    until: z.number(),
    attempt: z.number().int(),
    maxAttempts: z.number().int().optional(),
    class: ErrorClass,
    message: z.string().optional(),
  }),
  event('limited', { until: z.number().nullable(), limit: z.string(), message: z.string().optional() }),
  event('limitLifted', {}),
  /** `budget`: a hard limit stopped it, or the person left it so; else its machine holds it back. */
  event('paused', { reason: z.string(), budget: BudgetHold.optional() }),
  /** `budget`: it may spend again; else its machine lets it go on. */
  event('resumed', { budget: z.boolean().optional() }),
  /** What the person should know and no agent said: a malformed line, a refused setting, a lost block. */
  event('notice', { level: z.enum(['info', 'warning', 'error']), code: z.string(), message: z.string() }),
  /** A kind that a newer peer wrote. Kept, shown as such, never dropped. */
  event('unknown', { raw: z.unknown() }),
]);
export type SessionEventBody = z.infer<typeof SessionEventBody>;
export type SessionEventKind = SessionEventBody['kind'];
export type BodyOf<Kind extends SessionEventKind> = Extract<SessionEventBody, { kind: Kind }>;

/** An event with its place in the log. */
export type SessionEvent = SessionEventBody & {
  /** 1, 2, 3… without gaps, per session. */
  seq: number;
  /** The hub's commit time in ms since the epoch. Order is by seq, never by this. */
  at: number;
};
export const SessionEventPlace = z.object({ seq: z.number().int().positive(), at: z.number() });

/** Reads an event that was written by any version: an unknown kind is kept whole as `unknown`. */
export function readSessionEvent(raw: unknown): SessionEvent {
  const place = SessionEventPlace.parse(raw);
  const body = SessionEventBody.safeParse(raw);
  return { ...(body.success ? body.data : { kind: 'unknown', raw }), ...place };
}

/** Text that streams in before its message is complete. Never stored; superseded by the message with the same blockId. */
export const Delta = z.object({
  sessionId: SessionId,
  blockId: BlockId,
  kind: z.enum(['text', 'thinking', 'toolInput', 'toolOutput']),
  /** Where `text` begins in the block, in UTF-16 code units: a receiver that has more or less knows it. */
  offset: z.number().int().nonnegative(),
  text: z.string(),
  parentId: z.string().optional(),
  toolUseId: z.string().optional(),
});
export type Delta = z.infer<typeof Delta>;

/** Most UTF-16 code units that an open block accumulates; further text waits for the complete message. */
export const MAX_OPEN_BLOCK_CHARS = 1024 * 1024;

export const OpenBlock = Delta.omit({ offset: true }).extend({
  /** The block outgrew MAX_OPEN_BLOCK_CHARS: `text` is its beginning. */
  truncated: z.boolean().default(false),
});
export type OpenBlock = z.infer<typeof OpenBlock>;
