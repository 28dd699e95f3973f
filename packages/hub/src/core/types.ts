import type {
  CommandId,
  ControlValues,
  FollowFrame,
  MachineEnvironment,
  MachineState,
  PermissionMode,
  PermissionRule,
  ProjectId,
  PromptId,
  ProviderId,
  SessionEvent,
  SessionId,
  SessionState,
  SessionSummary,
  TeamAnswer,
  TeamCall,
  WatchFrame,
} from '@agor/protocol';
import type { AgorPaths, Clock, Logger } from '@agor/runtime';
import type { RunContext, TraceparentOf } from '../agent-context/index.ts';
import type { AnswerInput, PromptCommand, QueryInput, SessionCommand } from '../agents/index.ts';
import type { Anchors } from '../anchors/index.ts';
import type { BudgetKeeper, BudgetRules } from '../budget/index.ts';
import type { HubDatabase } from '../database/index.ts';
import type { HubBus } from '../events/index.ts';
import type { Launched, ProviderDecisions, RequestOptions } from '../link/index.ts';
import type { Metrics } from '../metrics/index.ts';
import type { Outbox } from '../outbox/index.ts';
import type { Problems } from '../problems/index.ts';
import type { Importer, SignalsOf } from '../sessions/index.ts';

export interface CoreOptions {
  readonly paths: AgorPaths;
  readonly logger: Logger;
  readonly bus: HubBus;
  readonly problems: Problems;
  readonly db: HubDatabase;
  readonly clock?: Clock;
  readonly runContext: RunContext;
  /** The settings of all providers, for the machine's environment; call `Machine.refreshEnvironment` when they change. */
  readonly providerDecisions: () => ProviderDecisions;
  /** Resolves when the secrets were read, or could not be: agents wait for it. Without it there are none. */
  readonly secretsRead?: () => Promise<void>;
  /** What a session's agent asks of its team; its machine has checked whose session it is. */
  readonly teamCall: (sessionId: SessionId, call: TeamCall) => TeamAnswer;
  /** What sessions' attention depends on besides themselves; without it they alone count. */
  readonly signals?: SignalsOf;
  /** What may be spent; without it nothing is limited. */
  readonly budgetRules?: BudgetRules;
  /** Without it a prompt's trace is passed on as its client gave it. */
  readonly traceparent?: TraceparentOf | undefined;
  /** Starts the machine program; only tests give another. */
  readonly launchMachine?: () => Launched;
}

/** Agents, sessions and asks over the log, and the link to the local machine. Made by `openCore`, ended by `close`. */
export interface Core {
  readonly sessions: Sessions;
  readonly agents: Agents;
  readonly asks: Asks;
  readonly streams: Streams;
  readonly budgets: Pick<BudgetKeeper, 'standing' | 'standings' | 'override' | 'leave'>;
  readonly anchors: Pick<Anchors, 'list' | 'pin' | 'promote' | 'demote' | 'remove'>;
  readonly metrics: Pick<Metrics, 'report'>;
  readonly machine: Machine;
  /** For telemetry. */
  readonly outbox: Pick<Outbox, 'watch' | 'count'>;
  /** When a session's agent last streamed something that is no event yet; null when nothing streams. Ms since the epoch. */
  heardAt(sessionId: SessionId): number | null;
  /**
   * Folds every session anew from its events, for `agor doctor --rebuild`; clients load them again. In steps, between which the
   * hub works on; one at a time, whoever asks meanwhile gets the same answer.
   */
  rebuild(): Promise<{ sessions: number; changed: number }>;
  /** Connects to the machine, starting it when none answers. Resolves once the first attempt is decided. */
  start(): Promise<void>;
  /** Ends the link and all streams; machine and agents live on. */
  close(): Promise<void>;
}

/** Every operation with a `commandId` is done once: the same id again returns the first result. All throw `Failure`. */
export interface Sessions {
  create(input: {
    readonly commandId: CommandId;
    readonly projectId: ProjectId;
    readonly provider?: ProviderId | undefined;
    readonly model?: string | undefined;
    readonly permissionMode?: PermissionMode | undefined;
    readonly worktree?: boolean | undefined;
  }): { sessionId: SessionId };
  /** As the contract's `session.list`. */
  list(input?: {
    readonly projectId?: ProjectId | undefined;
    readonly before?: SessionId | undefined;
    readonly limit?: number;
  }): SessionSummary[];
  get(sessionId: SessionId): SessionSummary;
  /** The session that was last active in a project or of a role agent; null when there never was one. */
  newestOf(projectId: string): SessionState | null;
  rename(input: { readonly commandId: CommandId; readonly sessionId: SessionId; readonly title: string }): void;
  /** Throws REJECTED where the provider can't, and when nothing was said yet. */
  fork(input: { readonly commandId: CommandId; readonly sessionId: SessionId; readonly title?: string | undefined }): {
    sessionId: SessionId;
  };
  /** The session that goes on with a conversation of the provider's; null when none does. */
  sessionOf(provider: ProviderId, providerSessionId: string): SessionId | null;
  /** See `Importer`: once per conversation, whatever the command's id. */
  import: Importer['import'];
  /** Events after `seq`, oldest first. */
  eventsAfter(sessionId: SessionId, seq: number, limit: number): SessionEvent[];
  /** The folder of a session's own worktree; null where it has none, or there is no such session. */
  worktreeOf(sessionId: SessionId): string | null;
  /** Throws NOT_FOUND. */
  state(sessionId: SessionId): SessionState;
  /** Events before `before`, oldest first. */
  page(input: { readonly sessionId: SessionId; readonly before: number; readonly limit: number }): {
    events: SessionEvent[];
    hasOlder: boolean;
  };
}

/** The operations of the contract's `agent.*`. When they return, what they promise is committed. */
export interface Agents {
  query(input: QueryInput): { sessionId: SessionId; promptId: PromptId };
  interrupt(input: SessionCommand): void;
  /** REJECTED where the provider can't; nothing happens when it runs no more. */
  stopSubagent(input: Omit<SessionCommand, 'by'> & { readonly toolUseId: string }): void;
  stop(input: SessionCommand): void;
  stopAll(input: { readonly commandId: CommandId; readonly by?: string }): { stopped: SessionId[] };
  /** Lets go of what Stop All holds: of one project's or role agent's sessions, or of all. */
  letGo(input: { readonly commandId: CommandId; readonly projectId?: ProjectId | undefined }): void;
  restart(input: SessionCommand): void;
  /** Starts the agent's process ahead where the setting `prewarm` says so; else does nothing. */
  warm(input: SessionCommand): void;
  /** Ends an agent now that has nothing to do; its next prompt starts it again. One that has work goes on. */
  closeIdle(sessionId: SessionId): void;
  set(
    input: SessionCommand & {
      readonly model?: string | undefined;
      readonly permissionMode?: PermissionMode | undefined;
      readonly controls?: ControlValues | undefined;
    },
  ): void;
  /** Throws REJECTED where the provider can't, or when no turn runs. */
  steerPrompt(input: PromptCommand): void;
  editPrompt(input: PromptCommand & { readonly text: string }): void;
  cancelPrompt(input: PromptCommand): void;
  resendPrompt(input: PromptCommand): void;
}

export interface Asks {
  /** Compare-and-set: the loser gets CONFLICT with who won. */
  answer(input: AnswerInput): void;
  rules(input: { readonly projectId?: ProjectId | undefined }): PermissionRule[];
  revokeRule(input: { readonly commandId: CommandId; readonly ruleId: string }): void;
}

/** Everything of the overview's first frame that does not come from the core. */
export type WatchRest = Omit<
  Extract<WatchFrame, { kind: 'snapshot' }>,
  'kind' | 'sessions' | 'machine' | 'problems' | 'budgets'
>;

export interface Streams {
  /** Throws NOT_FOUND for an unknown session. Ends when `signal` aborts or the iterator is returned. */
  follow(
    input: {
      readonly sessionId: SessionId;
      readonly cursor?: { readonly epoch: string; readonly seq: number } | undefined;
      readonly tail: number;
    },
    signal?: AbortSignal,
  ): AsyncGenerator<FollowFrame, void>;
  /** `rest` is read once, for the snapshot; later changes come over the bus. */
  watch(rest: () => WatchRest, signal?: AbortSignal): AsyncGenerator<WatchFrame, void>;
}

/** The local machine as the rest of the hub sees it. */
export interface Machine {
  readonly state: MachineState;
  /** The pty host's socket, as the machine said in its welcome; null while the link is down. */
  readonly ptySocket: string | null;
  readonly environment: MachineEnvironment | null;
  /** It is connected, and still tells what happened while nobody heard it. */
  readonly isCatchingUp: boolean;
  /** The machine's secret, in hex: proof towards the pty host. */
  secret(): string;
  /** Throws UNREACHABLE without a link or after `timeoutMs` (30 s), REJECTED with the machine's words when it refuses. */
  request(method: string, params: unknown, options?: RequestOptions): Promise<unknown>;
  /** Reads `providerDecisions` again and tells the machine. */
  refreshEnvironment(): void;
  /** Tries again now, after `failed`. */
  retry(): void;
  /** Ends the machine with all agents and terminals; resolves when it is gone. A new one, of this build, starts right after. */
  restart(): Promise<void>;
  /** Ends the machine with all agents and terminals; resolves when it is gone. Starts none afterwards. */
  shutdown(): Promise<void>;
}
