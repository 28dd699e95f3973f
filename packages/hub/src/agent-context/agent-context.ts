import type { SessionId } from '@agor/protocol';
import type { AskIndex, PermissionRules } from '../asks/index.ts';
import type { Conversations } from '../conversations/index.ts';
import type { EventLog } from '../log/index.ts';
import type { DoneCommands, Outbox } from '../outbox/index.ts';
import type { RunContext } from './run-context.ts';
import type { TraceparentOf } from './traceparent.ts';

/** What the operations on agents work with. Each operation is one transaction of the log. */
export interface AgentContext {
  readonly log: EventLog;
  readonly outbox: Outbox;
  readonly done: DoneCommands;
  readonly asks: AskIndex;
  readonly rules: PermissionRules;
  readonly conversations: Conversations;
  readonly run: RunContext;
  readonly blobsDir: string;
  /** agor's data and settings, where no agent is to work. */
  readonly ownFolders: readonly string[];
  /** Where sessions' own worktrees lie. */
  readonly worktreesDir: string;
  /** The trace context that a prompt takes along to its agent; undefined without one. */
  readonly traceparent: TraceparentOf;
  /** Gives variables of the caller to the machine, for one session's agent; never stored. */
  readonly setSessionEnvironment: (sessionId: SessionId, env: Record<string, string>) => void;
}
