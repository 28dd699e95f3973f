import {
  type CommandId,
  type GroupAgentChanges,
  GroupAgentConfig,
  type GroupConfig,
  type GroupId,
  type GroupsFile,
  ProjectId,
  type TeamRole,
} from '@agor/protocol';
import { notFound, rejected } from '../failure.ts';
import { restore } from '../kept-values/index.ts';
import { requireGroup, withGroup } from './group-operations.ts';
import type { GroupsFileStore } from './groups-store.ts';
import { idFrom } from './id-from.ts';
import { projectFolder } from './project-folder.ts';

/** Roles that nobody takes: they are the person's, agor's own and the projects'. */
const TAKEN: readonly string[] = ['admin', 'system', 'project'];
/** With more, nobody sees who does what; each is asked, woken and shown. */
const MAX_AGENTS = 50;

export interface AddAgent {
  readonly commandId: CommandId;
  readonly groupId: GroupId;
  readonly name: string;
  readonly role: TeamRole;
  readonly changes?: GroupAgentChanges | undefined;
  /** What the settings say of new ones; a change that decides it comes before. */
  readonly sandboxEnabled?: boolean;
}

/** Adds a role agent to a group. Throws `Failure`: no such group or folder, a name that the group has, a role that nobody can have. */
export function addAgent(store: GroupsFileStore, input: AddAgent, ownFolders: readonly string[]): ProjectId {
  const id = ProjectId.parse(idFrom('agent', input.commandId));
  return store.change((file) => {
    if (placedAgent(file, id)) return { file, result: id };
    const group = requireGroup(file, input.groupId);
    if ((group.agents ?? []).length >= MAX_AGENTS)
      throw rejected(`The group "${group.name}" has ${MAX_AGENTS} role agents already.`);
    const { name, role, sandboxEnabled } = input;
    const fresh = { id, name, role, enabled: true, sandboxEnabled };
    const agent = changedAgent(fresh, input.changes ?? {}, ownFolders);
    refuseUnfit(group, agent);
    return {
      file: withGroup(file, group.id, (old) => ({ ...old, agents: [...(old.agents ?? []), agent] })),
      result: id,
    };
  });
}

/** Changes a role agent. Throws `Failure` as `addAgent` does, and when it is not there. */
export function updateAgent(
  store: GroupsFileStore,
  id: ProjectId,
  changes: GroupAgentChanges,
  ownFolders: readonly string[],
): void {
  if ('id' in changes) throw rejected('"id" of an agent can\'t be changed.');
  store.change((file) => {
    const { agent, group } = requireAgent(file, id);
    const changed = changedAgent(agent, changes, ownFolders);
    refuseUnfit(group, changed);
    const replace = (one: GroupAgentConfig) => (one.id === id ? changed : one);
    return {
      file: withGroup(file, group.id, (old) => ({ ...old, agents: (old.agents ?? []).map(replace) })),
      result: undefined,
    };
  });
}

/** Forgets a role agent; what it said and did stays. */
export function removeAgent(store: GroupsFileStore, id: ProjectId): void {
  store.change((file) => {
    const { group } = requireAgent(file, id);
    const without = (old: GroupConfig) => ({ ...old, agents: (old.agents ?? []).filter((agent) => agent.id !== id) });
    return { file: withGroup(file, group.id, without), result: undefined };
  });
}

function changedAgent(
  agent: GroupAgentConfig,
  changes: GroupAgentChanges,
  ownFolders: readonly string[],
): GroupAgentConfig {
  const cwd = changes.cwd && changes.cwd !== agent.cwd ? { cwd: projectFolder(changes.cwd, ownFolders) } : {};
  const given = Object.entries({ ...restore(changes, agent), ...cwd }).filter(([, value]) => value !== undefined);
  const fields = Object.entries({ ...agent, ...Object.fromEntries(given) }).filter(([, value]) => value != null);
  return GroupAgentConfig.parse(Object.fromEntries(fields));
}

/** Agents are written to by name, so within a group each has one of its own. */
function refuseUnfit(group: GroupConfig, agent: GroupAgentConfig): void {
  if (TAKEN.includes(agent.role))
    throw rejected(`No agent can have the role "${agent.role}". Choose another, or make one up.`);
  const same = (name: string) => name.toLowerCase() === agent.name.toLowerCase();
  const twin =
    (group.agents ?? []).find((one) => one.id !== agent.id && same(one.name)) ??
    group.projects.find((project) => same(project.name));
  if (twin)
    throw rejected(
      `"${twin.name}" is in the group "${group.name}" already. Agents write to each other by name: choose another.`,
    );
}

function requireAgent(file: GroupsFile, id: ProjectId) {
  const placed = placedAgent(file, id);
  if (!placed) throw notFound(`there is no agent ${id}; it may have been removed in another window`);
  return placed;
}

function placedAgent(file: GroupsFile, id: ProjectId): { agent: GroupAgentConfig; group: GroupConfig } | null {
  for (const group of file.groups) {
    const agent = group.agents?.find((one) => one.id === id);
    if (agent) return { agent, group };
  }
  return null;
}
