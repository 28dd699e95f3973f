import type { AgentId, GroupId, TeamRole, Tier } from '@agor/protocol';

/** Who does something: the person, or a session's agent as its capability token says. Never as it says itself. */
export interface Actor {
  readonly id: AgentId;
  readonly role: TeamRole;
  /** For a role that the person made up, the known one whose rights it has. */
  readonly rights: RightsRole;
  readonly tier: Tier;
  /** Null: every group, which is the operator's and agor's own. */
  readonly groupId: GroupId | null;
}

export type RightsRole = 'admin' | 'manager' | 'architect' | 'tester' | 'reviewer' | 'project' | 'plugin';
