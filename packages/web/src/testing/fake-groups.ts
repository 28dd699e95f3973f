import { contract, GroupAgentConfig, GroupConfig, GroupId, ProjectId } from '@agor/protocol';
import { implement, ORPCError } from '@orpc/server';
import type { FakeHub } from './fake-hub.ts';
import { changed, sampleProject } from './sample-project.ts';

const ok = { ok: true as const };

/** Groups in memory, each change told to the watchers. `seen` writes a command down, or fails as a test wishes. */
export function fakeGroups(hub: FakeHub, seen: (name: string, input: unknown) => void) {
  const api = implement(contract).groups;
  const changeGroup = (id: GroupId, change: (group: GroupConfig) => GroupConfig) =>
    hub.changeGroups((file) => ({ ...file, groups: file.groups.map((g) => (g.id === id ? change(g) : g)) }));
  return api.router({
    addGroup: api.addGroup.handler(({ input }) => {
      seen('groups.addGroup', input);
      const groupId = GroupId.parse(hub.newId('group'));
      const group = { id: groupId, name: input.name, projects: [] };
      hub.changeGroups((file) => ({ ...file, groups: [...file.groups, group] }));
      return { groupId };
    }),
    updateGroup: api.updateGroup.handler(({ input }) => {
      seen('groups.updateGroup', input);
      const { commandId: _, groupId, ...changes } = input;
      const named = Object.entries(changes).filter(([, value]) => value !== undefined);
      changeGroup(groupId, (group) => {
        const next = Object.entries({ ...group, ...Object.fromEntries(named) }).filter(([, value]) => value !== null);
        return GroupConfig.parse(Object.fromEntries(next));
      });
      return ok;
    }),
    removeGroup: api.removeGroup.handler(({ input }) => {
      seen('groups.removeGroup', input);
      hub.changeGroups((file) => ({ ...file, groups: file.groups.filter(({ id }) => id !== input.groupId) }));
      return ok;
    }),
    activate: api.activate.handler(({ input }) => {
      seen('groups.activate', input);
      hub.changeGroups((file) => ({ ...file, activeGroupId: input.groupId }));
      return ok;
    }),
    addProject: api.addProject.handler(({ input }) => {
      seen('groups.addProject', input);
      const projectId = ProjectId.parse(hub.newId('project'));
      const name = input.name ?? input.cwd.split('/').at(-1) ?? input.cwd;
      const project = sampleProject({ id: projectId, name, cwd: input.cwd, provider: input.provider });
      const into = input.groupId ?? hub.groups.groups[0]?.id;
      hub.changeGroups((file) => ({
        ...file,
        groups: file.groups.map((g) => (g.id === into ? { ...g, projects: [...g.projects, project] } : g)),
      }));
      return { projectId };
    }),
    updateProject: api.updateProject.handler(({ input }) => {
      seen('groups.updateProject', input);
      hub.changeGroups((file) => ({
        ...file,
        groups: file.groups.map((g) => ({
          ...g,
          projects: g.projects.map((p) => (p.id === input.projectId ? changed(p, input.changes) : p)),
        })),
      }));
      return ok;
    }),
    removeProject: api.removeProject.handler(({ input }) => {
      seen('groups.removeProject', input);
      hub.changeGroups((file) => ({
        ...file,
        groups: file.groups.map((g) => ({ ...g, projects: g.projects.filter(({ id }) => id !== input.projectId) })),
      }));
      return ok;
    }),
    addAgent: api.addAgent.handler(({ input }) => {
      seen('groups.addAgent', input);
      const agentId = ProjectId.parse(hub.newId('agent'));
      const fields = Object.entries({ ...input.changes }).filter(([, value]) => value !== null);
      const agent = { id: agentId, name: input.name, role: input.role, enabled: true, ...Object.fromEntries(fields) };
      hub.changeGroups((file) => ({
        ...file,
        groups: file.groups.map((g) => (g.id === input.groupId ? { ...g, agents: [...(g.agents ?? []), agent] } : g)),
      }));
      return { agentId };
    }),
    updateAgent: api.updateAgent.handler(({ input }) => {
      seen('groups.updateAgent', input);
      const fields = (of: object) => Object.entries({ ...of, ...input.changes }).filter(([, value]) => value !== null);
      hub.changeGroups((file) => ({
        ...file,
        groups: file.groups.map((g) => ({
          ...g,
          agents: g.agents?.map((one) =>
            one.id === input.agentId ? GroupAgentConfig.parse(Object.fromEntries(fields(one))) : one,
          ),
        })),
      }));
      return ok;
    }),
    removeAgent: api.removeAgent.handler(({ input }) => {
      seen('groups.removeAgent', input);
      hub.changeGroups((file) => ({
        ...file,
        groups: file.groups.map((g) => ({ ...g, agents: g.agents?.filter(({ id }) => id !== input.agentId) })),
      }));
      return ok;
    }),
    removeDemo: api.removeDemo.handler(({ input }) => {
      seen('groups.removeDemo', input);
      hub.changeGroups((file) => ({
        ...file,
        groups: file.groups.map((g) => ({ ...g, projects: g.projects.filter(({ demo }) => !demo) })),
      }));
      return ok;
    }),
    repoSettings: api.repoSettings.handler(() => hub.repoSettings),
    acceptRepoSettings: api.acceptRepoSettings.handler(({ input }) => {
      seen('groups.acceptRepoSettings', input);
      hub.repoSettings = { ...hub.repoSettings, accepted: input.hash !== null };
      return ok;
    }),
    setRole: api.setRole.handler(({ input }) => {
      seen('groups.setRole', input);
      changeGroup(input.groupId, ({ roles = [], ...group }) => ({
        ...group,
        roles: [...roles.filter(({ id }) => id !== input.role.id), input.role],
      }));
      return ok;
    }),
    removeRole: api.removeRole.handler(({ input }) => {
      seen('groups.removeRole', input);
      changeGroup(input.groupId, ({ roles = [], ...group }) => {
        const held = group.agents?.find(({ role }) => role === input.roleId);
        if (held) throw new ORPCError('REJECTED', { message: `"${held.name}" has the role "${input.roleId}".` });
        return { ...group, roles: roles.filter(({ id }) => id !== input.roleId) };
      });
      return ok;
    }),
    promptPreview: api.promptPreview.handler(({ input }) => {
      const sections = [
        { title: 'Identity', text: `You are ${input.agentId}.` },
        { title: 'Messages', text: 'Write to others with the command `btmsg`.' },
      ];
      return { sections, text: sections.map(({ title, text }) => `## ${title}\n\n${text}`).join('\n\n---\n\n') };
    }),
  });
}
