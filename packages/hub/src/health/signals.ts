import {
  type GroupId,
  type GroupsFile,
  ProjectId,
  type SessionId,
  type SessionState,
  type SessionStatus,
} from '@agor/protocol';
import type { Clock } from '@agor/runtime';
import { activityOf, type HealthSignals } from '@agor/session';
import { actorOf } from '../team/index.ts';

export interface SignalSources {
  readonly clock: Clock;
  readonly groups: () => GroupsFile;
  /** Of a project or role agent; null: of a folder that is none. */
  readonly stallMinutes: (id: ProjectId | null) => number;
  /** When a session last streamed something that is no event yet. */
  readonly heardAt: (id: SessionId) => number | null;
  /** Files that the session and another write, not acknowledged. */
  readonly fileConflicts: (id: SessionId) => number;
  /** Tasks of a group that wait for review. */
  readonly reviewTasks: (group: GroupId) => number;
}

/** What a session's attention depends on besides itself, as it is now. */
export function healthSignals({ clock, groups, stallMinutes, heardAt, fileConflicts, reviewTasks }: SignalSources) {
  return (state: SessionState, status: SessionStatus): HealthSignals => {
    const heard = heardAt(state.id);
    const activity = activityOf(state, status, {
      stallMinutes: stallMinutes(state.projectId),
      heardAt: heard,
      now: clock.now(),
    });
    const hasRole = actorOf(groups(), state.projectId)?.tier === 1;
    return {
      activity,
      fileConflicts: fileConflicts(state.id),
      reviewTasks: reviewsOf(groups(), state, reviewTasks),
      heartbeatAt: hasRole ? Math.max(state.lastActivityAt, heard ?? 0) : null,
    };
  };
}

/** The queue is the live agent's matter: of a reviewer's old sessions none has work. */
function reviewsOf(groups: GroupsFile, state: SessionState, reviewTasks: SignalSources['reviewTasks']): number {
  if (state.process === null || state.projectId === null) return 0;
  const actor = actorOf(groups, ProjectId.parse(state.projectId));
  if (!actor || actor.groupId === null) return 0;
  return actor.rights === 'manager' || actor.rights === 'reviewer' ? reviewTasks(actor.groupId) : 0;
}
