import {
  acceptRepoSettings,
  activateGroup,
  addAgent,
  addGroup,
  addProject,
  readRepoSettings,
  removeAgent,
  removeDemo,
  removeGroup,
  removeProject,
  removeRole,
  requireMember,
  requireProject,
  setRole,
  updateAgent,
  updateGroup,
  updateProject,
} from '../groups/index.ts';
import { requireOverrides } from '../settings/index.ts';
import { promptPreview } from '../team/index.ts';
import { DONE, type Hub, type Os } from './context.ts';

export function groupsProcedures(os: Os, { groups, paths, effective, once }: Hub) {
  const own = [paths.dataDir, paths.configDir];
  const api = os.groups;
  return api.router({
    addGroup: api.addGroup.handler(({ input }) =>
      once.run('groups.addGroup', input, () => ({ groupId: addGroup(groups, input) })),
    ),
    updateGroup: api.updateGroup.handler(({ input }) =>
      once.run('groups.updateGroup', input, () => {
        const { commandId: _, groupId, ...changes } = input;
        updateGroup(groups, groupId, changes);
        return DONE;
      }),
    ),
    removeGroup: api.removeGroup.handler(({ input }) =>
      once.run('groups.removeGroup', input, () => {
        removeGroup(groups, input.groupId);
        return DONE;
      }),
    ),
    activate: api.activate.handler(({ input }) =>
      once.run('groups.activate', input, () => {
        activateGroup(groups, input.groupId);
        return DONE;
      }),
    ),
    addProject: api.addProject.handler(({ input }) =>
      once.run('groups.addProject', input, () => {
        const sandboxEnabled = effective.ofGroup('sandbox_new_projects', input.groupId);
        return { projectId: addProject(groups, { ...input, sandboxEnabled }, own) };
      }),
    ),
    updateProject: api.updateProject.handler(({ input }) =>
      once.run('groups.updateProject', input, () => {
        requireOverrides(input.changes.providers ?? {});
        updateProject(groups, input.projectId, input.changes, own, input.base);
        return DONE;
      }),
    ),
    removeProject: api.removeProject.handler(({ input }) =>
      once.run('groups.removeProject', input, () => {
        removeProject(groups, input.projectId);
        return DONE;
      }),
    ),
    addAgent: api.addAgent.handler(({ input }) =>
      once.run('groups.addAgent', input, () => {
        const sandboxEnabled = effective.ofGroup('sandbox_new_projects', input.groupId);
        return { agentId: addAgent(groups, { ...input, sandboxEnabled }, own) };
      }),
    ),
    updateAgent: api.updateAgent.handler(({ input }) =>
      once.run('groups.updateAgent', input, () => {
        updateAgent(groups, input.agentId, input.changes, own);
        return DONE;
      }),
    ),
    removeAgent: api.removeAgent.handler(({ input }) =>
      once.run('groups.removeAgent', input, () => {
        removeAgent(groups, input.agentId);
        return DONE;
      }),
    ),
    setRole: api.setRole.handler(({ input }) =>
      once.run('groups.setRole', input, () => {
        setRole(groups, input.groupId, input.role);
        return DONE;
      }),
    ),
    removeRole: api.removeRole.handler(({ input }) =>
      once.run('groups.removeRole', input, () => {
        removeRole(groups, input.groupId, input.roleId);
        return DONE;
      }),
    ),
    promptPreview: api.promptPreview.handler(({ input }) => {
      const { project } = requireMember(groups.current, input.agentId);
      return promptPreview(groups.current, input.agentId, project.systemPrompt);
    }),
    removeDemo: api.removeDemo.handler(({ input }) =>
      once.run('groups.removeDemo', input, () => {
        removeDemo(groups);
        return DONE;
      }),
    ),
    repoSettings: api.repoSettings.handler(({ input }) => {
      return readRepoSettings(requireProject(groups.current, input.projectId).project);
    }),
    acceptRepoSettings: api.acceptRepoSettings.handler(({ input }) =>
      once.run('groups.acceptRepoSettings', input, () => {
        acceptRepoSettings(groups, input.projectId, input.hash);
        return DONE;
      }),
    ),
  });
}
