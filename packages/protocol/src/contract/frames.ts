import { z } from 'zod';
import type { BudgetStanding } from '../budget.ts';
import type { ProjectConflicts } from '../conflicts.ts';
import type { Delta, OpenBlock, SessionEvent } from '../events.ts';
import type { GroupsFile } from '../groups.ts';
import type { ProjectHealth } from '../health.ts';
import type { ProjectId, PtyId, SessionId } from '../ids.ts';
import type { NotificationChanges, NotificationStanding } from '../notifications.ts';
import type { ProviderStatus } from '../providers.ts';
import type { PtyInfo } from '../pty.ts';
import type { SessionState, SessionSummary } from '../state.ts';
import type { AgentId } from '../team.ts';
import type { UserThemes } from '../themes.ts';
import type { WakeStanding } from '../wake.ts';

/** Where a follower stands in a session's log. Another epoch means that the log was rebuilt: start over. */
export type Cursor = { epoch: string; seq: number };
export const Cursor = z.object({ epoch: z.string(), seq: z.number().int().nonnegative() });

/** The link to a machine, as a probe last saw it. */
export type MachineState = {
  state: 'starting' | 'connected' | 'lost' | 'outdated' | 'failed';
  since: number;
  pid: number | null;
  /** A machine of an older build is kept while sessions run. */
  build: string | null;
  message: string | null;
};

export type Settings = Record<string, unknown>;

/** One yield of `events.watch`. The first is always `snapshot`. */
export type WatchFrame =
  | {
      kind: 'snapshot';
      version: string;
      build: string;
      groups: GroupsFile;
      settings: Settings;
      sessions: SessionSummary[];
      ptys: PtyInfo[];
      providers: ProviderStatus[];
      machine: MachineState;
      firstRun: boolean;
      problems: Problem[];
      /** Of each project of which there is something to tell. */
      health: ProjectHealth[];
      budgets: BudgetStanding[];
      conflicts: ProjectConflicts[];
      notifications: NotificationStanding;
      wake: WakeStanding;
      themes: UserThemes;
      /** Spans are exported: clients begin a trace with each prompt. */
      telemetry?: true;
    }
  | { kind: 'sessions'; changed: SessionSummary[]; removed: SessionId[] }
  | { kind: 'groups'; groups: GroupsFile }
  | { kind: 'settings'; settings: Settings }
  | { kind: 'providers'; providers: ProviderStatus[] }
  | { kind: 'machine'; machine: MachineState }
  /** As in the snapshot, whole: those of projects, groups and the month that have a limit. */
  | { kind: 'budgets'; budgets: BudgetStanding[] }
  | { kind: 'ptys'; changed: PtyInfo[]; removed: PtyId[] }
  | { kind: 'problems'; problems: Problem[] }
  /** As in the snapshot, whole: a project that is not named has nothing to tell any more. */
  | { kind: 'health'; health: ProjectHealth[] }
  /** As in the snapshot, whole. */
  | { kind: 'wake'; wake: WakeStanding }
  /** As in the snapshot, whole. */
  | { kind: 'themes'; themes: UserThemes }
  | ({ kind: 'notifications' } & NotificationChanges)
  | { kind: 'team'; changes: TeamChange[] }
  /** As in the snapshot, whole: a project that is not named has none. */
  | { kind: 'conflicts'; conflicts: ProjectConflicts[] }
  /** Projects whose anchors changed, by name only, as of the team. */
  | { kind: 'anchors'; projects: ProjectId[] }
  /** Plugins came, went, or were switched; `plugins.list` says how they are. */
  | { kind: 'plugins' }
  /** The SSH connections changed. */
  | { kind: 'ssh' }
  /** What is known of secrets changed; whoever shows it asks for it anew. */
  | { kind: 'secrets' };

/** What changed in btmsg or bttask, by name only: whoever shows it asks for it anew. `all`: more than is worth naming. */
export type TeamChange =
  | { kind: 'message'; to: AgentId; id: string }
  | { kind: 'channel'; channelId: string; id: string }
  | { kind: 'task'; taskId: string; groupId: string }
  | { kind: 'agents' }
  | { kind: 'audit' }
  | { kind: 'all' };

/** Something wrong with agor itself that stays until it is mended: an unreadable groups.json, a full disk. */
export type Problem = { code: string; message: string; since: number };

/** One yield of `events.follow`: first `snapshot` or, when the cursor could be resumed, `resumed`; then `batch`es. */
export type FollowFrame =
  | {
      kind: 'snapshot';
      epoch: string;
      /** The state at `seq`. */
      state: SessionState;
      seq: number;
      /** The newest part of the log up to `seq`, oldest first; earlier pages through `persistence.page`. */
      events: SessionEvent[];
      hasOlder: boolean;
      openBlocks: OpenBlock[];
    }
  | { kind: 'resumed'; openBlocks: OpenBlock[] }
  /** In order: these events, and deltas between them. At most 64 items. */
  | { kind: 'batch'; items: FollowItem[] };
export type FollowItem = { event: SessionEvent } | { delta: Delta };

/** Sessions in one answer of `session.list`, and in the first frame of `events.watch` beside those under way. */
export const SESSIONS_LISTED = 500;
