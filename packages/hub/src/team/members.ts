import { AgentId, type GroupConfig, type GroupsFile, OPERATOR, type ProjectId, type TeamRole } from '@agor/protocol';
import type { Actor, AgentRecord, RightsRole } from '../btmsg/index.ts';

/** The person, who may do everything in every group. */
export const operator: Actor = { id: OPERATOR, role: 'admin', rights: 'admin', tier: 0, groupId: null };

const TIER_ONE: readonly string[] = ['manager', 'architect', 'tester', 'reviewer'];

/** Every agent of the groups: the role agents that are switched on, and one for each project. */
export function membersOf(file: GroupsFile): AgentRecord[] {
  return file.groups.flatMap((group) => [
    ...(group.agents ?? [])
      .filter(({ enabled }) => enabled)
      .map(({ id, name, role, model, cwd }) => ({
        id: AgentId.parse(id),
        name,
        role,
        rights: rightsOf(group, role),
        groupId: group.id,
        tier: 1 as const,
        model: model ?? null,
        cwd: cwd ?? null,
      })),
    ...group.projects.map(({ id, name, model, cwd }) => ({
      id: AgentId.parse(id),
      name,
      role: 'project',
      rights: 'project' as const,
      groupId: group.id,
      tier: 2 as const,
      model: model ?? null,
      cwd,
    })),
  ]);
}

/** Who a session's agent is: its project's, or the role agent's whose session it is. Null for a session outside of all groups. */
export function actorOf(file: GroupsFile, projectId: ProjectId | null): Actor | null {
  if (projectId === null) return null;
  for (const group of file.groups) {
    const agent = group.agents?.find(({ id, enabled }) => id === projectId && enabled);
    const id = AgentId.parse(projectId);
    if (agent) return { id, role: agent.role, rights: rightsOf(group, agent.role), tier: 1, groupId: group.id };
    if (group.projects.some((project) => project.id === projectId))
      return { id, role: 'project', rights: 'project', tier: 2, groupId: group.id };
  }
  return null;
}

/** A made-up role has the rights that its description names; one without a description those of a project's agent. */
export function rightsOf(group: GroupConfig, role: TeamRole): RightsRole {
  if (TIER_ONE.includes(role)) return role as RightsRole;
  return group.roles?.find(({ id }) => id === role)?.rights ?? 'project';
}
