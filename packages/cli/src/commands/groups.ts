import { resolve } from 'node:path';
import { CommandId, GroupAgentChanges, newId, ProjectId, TeamRole } from '@agor/protocol';
import type { AgorPaths } from '@agor/runtime';
import { ensureHub } from '../ensure-hub.ts';
import { EXIT, Failure } from '../failure.ts';
import { jsonArgument } from '../json-argument.ts';
import { groupNamed, loadGroups } from '../load-groups.ts';
import { providerArgument } from '../provider-argument.ts';
import { cleanLine } from '../render.ts';

/** `agor group add`: prints the new group's id. */
export async function groupAdd(paths: AgorPaths, name: string): Promise<void> {
  using hub = await ensureHub(paths);
  const { groupId } = await hub.client.groups.addGroup({ commandId: newId(CommandId), name });
  process.stdout.write(`${groupId}\n`);
}

/** `agor group ls`. */
export async function groupList(paths: AgorPaths, options: { readonly json?: boolean }): Promise<void> {
  using hub = await ensureHub(paths);
  const { groups, activeGroupId } = (await loadGroups(hub)).groups;
  if (options.json) return void process.stdout.write(`${JSON.stringify(groups)}\n`);
  for (const { id, name, projects, agents = [] } of groups) {
    const facts = `${projects.length} projects, ${agents.length} role agents${id === activeGroupId ? ', shown' : ''}`;
    process.stdout.write(`${id}  ${cleanLine(`${name}  ${facts}`)}\n`);
  }
}

/** `agor group rm`: forgets a group; no folder is touched. */
export async function groupRemove(paths: AgorPaths, name: string): Promise<void> {
  using hub = await ensureHub(paths);
  const { id } = await groupNamed(hub, name);
  await hub.client.groups.removeGroup({ commandId: newId(CommandId), groupId: id });
}

export interface AgentAddOptions {
  readonly group: string;
  readonly role: string;
  readonly name?: string;
  readonly provider?: string;
  readonly model?: string;
  readonly cwd?: string;
}

/** `agor agent add`: prints the new role agent's id. */
export async function agentAdd(paths: AgorPaths, options: AgentAddOptions): Promise<void> {
  const role = TeamRole.safeParse(options.role);
  if (!role.success) throw new Failure(`${role.error.issues[0]?.message ?? 'not a role'}: ${options.role}`, EXIT.usage);
  const provider = options.provider === undefined ? undefined : providerArgument(options.provider);
  using hub = await ensureHub(paths);
  const { agentId } = await hub.client.groups.addAgent({
    commandId: newId(CommandId),
    groupId: (await groupNamed(hub, options.group)).id,
    name: options.name ?? options.role,
    role: role.data,
    changes: {
      ...(provider === undefined ? {} : { provider }),
      ...(options.model === undefined ? {} : { model: options.model }),
      ...(options.cwd === undefined ? {} : { cwd: resolve(options.cwd) }),
    },
  });
  process.stdout.write(`${agentId}\n`);
}

/** `agor agent ls`: the role agents of all groups. */
export async function agentList(paths: AgorPaths, options: { readonly json?: boolean }): Promise<void> {
  using hub = await ensureHub(paths);
  const { groups } = (await loadGroups(hub)).groups;
  const agents = groups.flatMap((group) =>
    (group.agents ?? []).map((agent) => ({ ...agent, groupId: group.id, groupName: group.name })),
  );
  if (options.json) return void process.stdout.write(`${JSON.stringify(agents)}\n`);
  if (agents.length === 0)
    process.stdout.write('No role agents. Add one with: agor agent add --group GROUP --role manager\n');
  for (const { id, name, role, groupName, enabled } of agents)
    process.stdout.write(`${id}  ${cleanLine(`${groupName}/${name}  ${role}${enabled ? '' : '  switched off'}`)}\n`);
}

/** `agor agent set`: one of the choices of a role agent; null takes it back to its default. */
export async function agentSet(paths: AgorPaths, id: string, key: string, json: string): Promise<void> {
  const value = jsonArgument(json);
  if (!Object.hasOwn(GroupAgentChanges.shape, key)) {
    const known = Object.keys(GroupAgentChanges.shape).join(', ');
    throw new Failure(`A role agent decides nothing called ${JSON.stringify(key)}. There are: ${known}.`, EXIT.usage);
  }
  using hub = await ensureHub(paths);
  const changes = { [key]: value };
  await hub.client.groups.updateAgent({ commandId: newId(CommandId), agentId: ProjectId.parse(id), changes });
}

/** `agor agent rm`: forgets a role agent; what it said and did stays. */
export async function agentRemove(paths: AgorPaths, id: string): Promise<void> {
  using hub = await ensureHub(paths);
  await hub.client.groups.removeAgent({ commandId: newId(CommandId), agentId: ProjectId.parse(id) });
}
