import { dirname } from 'node:path';
import {
  type GroupAgentConfig,
  type GroupConfig,
  type GroupsFile,
  ProjectConfig,
  type ProjectId,
} from '@agor/protocol';
import { notFound } from '../failure.ts';
import { findProject, type PlacedProject } from './find-project.ts';

/** The icons of the known roles (spec §1.2); a made-up role brings its own. */
const ICONS: Readonly<Record<string, string>> = { manager: '🎯', architect: '🏗', tester: '🧪', reviewer: '🔍' };

/** A project, or a role agent of a group as the project that its box shows; null when there is neither. */
export function findMember(file: GroupsFile, id: ProjectId): PlacedProject | null {
  const placed = findProject(file, id);
  if (placed) return placed;
  for (const group of file.groups) {
    const agent = group.agents?.find((one) => one.id === id);
    if (agent) return { project: asProject(group, agent), group };
  }
  return null;
}

/** As `findMember`. Throws `Failure` NOT_FOUND. */
export function requireMember(file: GroupsFile, id: ProjectId): PlacedProject {
  const placed = findMember(file, id);
  if (!placed) throw notFound(`there is no project or agent ${id}; it may have been removed in another window`);
  return placed;
}

/** A role agent works in its own folder or, without one, in the folder above the group's first project. */
export function asProject(group: GroupConfig, agent: GroupAgentConfig): ProjectConfig {
  const [first] = group.projects;
  const { id, name, role, provider, model, permissionMode, systemPrompt, enabled } = agent;
  const { sandboxEnabled, sandboxPorts, sandboxPaths } = agent;
  return ProjectConfig.parse({
    id,
    name,
    identifier: role,
    description: group.roles?.find((one) => one.id === role)?.label ?? `${role} of the group ${group.name}`,
    icon: group.roles?.find((one) => one.id === role)?.icon ?? ICONS[role] ?? '🤖',
    cwd: agent.cwd ?? (first ? dirname(first.cwd) : '/tmp'),
    provider,
    model,
    permissionMode,
    systemPrompt,
    enabled,
    sandboxEnabled,
    sandboxPorts,
    sandboxPaths,
  });
}
