import { z } from 'zod';
import {
  GroupAgentChanges,
  GroupAgentConfig,
  GroupChanges,
  GroupConfig,
  ProjectChanges,
  RoleConfig,
} from '../groups.ts';
import { GroupId, ProjectId, ProviderId } from '../ids.ts';
import { base, command, done } from './base.ts';

export const groups = {
  addGroup: base.input(command.extend({ name: GroupConfig.shape.name })).output(z.object({ groupId: GroupId })),
  /** Only what it names; null takes a choice of the group's back. */
  updateGroup: base.input(command.extend({ groupId: GroupId, ...GroupChanges.shape })).output(done),
  /** Forgets a group; no folder is touched. */
  removeGroup: base.input(command.extend({ groupId: GroupId })).output(done),
  activate: base.input(command.extend({ groupId: GroupId })).output(done),
  addProject: base
    .input(
      command.extend({
        groupId: GroupId.optional(),
        cwd: z.string(),
        name: z.string().min(1).max(200).optional(),
        provider: ProviderId.optional(),
      }),
    )
    .output(z.object({ projectId: ProjectId })),
  /** `base`: the fields of `changes` as they were shown when the edit began. Masked values and `base` mean what they do in `settings.set`. */
  updateProject: base
    .input(command.extend({ projectId: ProjectId, changes: ProjectChanges, base: ProjectChanges.optional() }))
    .output(done),
  removeProject: base.input(command.extend({ projectId: ProjectId })).output(done),
  /** Adds an agent of a role to a group; its sessions and its box carry its id as a project's. */
  addAgent: base
    .input(
      command.extend({
        groupId: GroupId,
        name: GroupAgentConfig.shape.name,
        role: GroupAgentConfig.shape.role,
        changes: GroupAgentChanges.optional(),
      }),
    )
    .output(z.object({ agentId: ProjectId })),
  updateAgent: base.input(command.extend({ agentId: ProjectId, changes: GroupAgentChanges })).output(done),
  /** Forgets a role agent. What it said and did stays, and so do its folder and its conversations. */
  removeAgent: base.input(command.extend({ agentId: ProjectId })).output(done),
  /** Adds a role of the person's own to a group, or changes the one of that id. */
  setRole: base.input(command.extend({ groupId: GroupId, role: RoleConfig })).output(done),
  /** Fails while an agent of the group has the role, and says which. */
  removeRole: base.input(command.extend({ groupId: GroupId, roleId: RoleConfig.shape.id })).output(done),
  /** What agor tells an agent in its system prompt at its next start: by section, and the whole text as it is sent. */
  promptPreview: base.input(z.object({ agentId: ProjectId })).output(
    z.object({
      sections: z.array(z.object({ title: z.string(), text: z.string() })),
      /** Empty: nothing is added to what its provider tells it. */
      text: z.string(),
    }),
  ),
  /** Takes the two demo projects (and their group, if nothing else is in it) away. */
  removeDemo: base.input(command).output(done),
  /** The settings and hooks that the repository itself brings for its agent, and whether the person accepted them. */
  repoSettings: base.input(z.object({ projectId: ProjectId })).output(
    z.object({
      files: z.array(z.object({ path: z.string(), content: z.string() })),
      /** SHA-256 over the files; what `acceptRepoSettings` must name. */
      hash: z.string(),
      accepted: z.boolean(),
    }),
  ),
  acceptRepoSettings: base.input(command.extend({ projectId: ProjectId, hash: z.string().nullable() })).output(done),
};
