import type { GroupsFile, ProjectId, SessionSummary, WakeTrigger } from '@agor/protocol';

interface Known {
  readonly groups: GroupsFile['groups'];
  readonly sessions: readonly SessionSummary[];
  readonly triggers: readonly WakeTrigger[];
}

/** Whom Stop All reaches, as the person counts them. */
export interface Reach {
  /** Agents of the groups that had a session or that something would wake. A project nobody ever worked in is no agent that stops. */
  readonly agents: readonly ProjectId[];
  /** Those of them that have a process now. */
  readonly running: readonly ProjectId[];
  /** Sessions with a process in folders that are no project: they end, and nothing would wake them anyway. */
  readonly outside: number;
}

/** The same before and after: dialog, button and banner count by it. */
export function reachOf({ groups, sessions, triggers }: Known): Reach {
  const projects = groups.flatMap((group) => group.projects.map(({ id }) => id));
  const roles = groups.flatMap(({ agents = [] }) => agents);
  const all = new Set<ProjectId>([...projects, ...roles.map(({ id }) => id)]);
  const had = new Set(sessions.map(({ state }) => state.projectId));
  const woken = new Set(triggers.filter(({ enabled }) => enabled).map(({ agentId }) => agentId));
  for (const { id, role, enabled } of roles) if (enabled && role === 'manager') woken.add(id);
  const live = sessions.filter(isLive).map(({ state }) => state.projectId);
  const running = new Set(live);
  return {
    agents: [...all].filter((id) => had.has(id) || woken.has(id)),
    running: [...all].filter((id) => running.has(id)),
    outside: live.filter((id) => id === null || !all.has(id)).length,
  };
}

function isLive({ state }: SessionSummary): boolean {
  return state.process !== null || state.turn !== null;
}
