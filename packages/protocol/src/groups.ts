import { z } from 'zod';
import { BudgetLimit } from './budget.ts';
import { GroupId, ProjectId } from './ids.ts';
import { McpServerChoices } from './mcp.ts';
import { agentOverrides, asChanges, groupOverrides, memberOverrides, projectOverrides } from './overrides.ts';
import { ProviderOverrides } from './provider-settings.ts';
import { PortRange, SandboxPath } from './sandbox.ts';
import { TeamRole } from './team.ts';

/** Besides those of the levels above; see `heldMcpServers` of session. */
const mcpServers = McpServerChoices.optional();

/**
 * groups.json (spec §1.2). People edit this file and newer versions of agor may add to it, so every object keeps the
 * fields it does not know.
 */
export const ProjectConfig = z.looseObject({
  id: ProjectId,
  name: z.string().min(1).max(200),
  /** Lower-case letters, digits and dashes: the key under which other tools know this project. */
  identifier: z.string().regex(/^[a-z0-9][a-z0-9-]*$/, 'lower-case letters, digits and dashes'),
  description: z.string().default(''),
  icon: z.string().max(16).default('📁'),
  /** Absolute working directory. */
  cwd: z.string().startsWith('/', 'an absolute path'),
  profile: z.string().default('default'),
  enabled: z.boolean().default(true),
  ...memberOverrides,
  ...projectOverrides,
  mcpServers,
  model: z.string().optional(),
  /** The repository's own agent settings and hooks run only when the person accepted exactly this content (SHA-256). */
  acceptedRepoSettings: z.string().optional(),
  /** Absent = off: a project that was there before the sandbox keeps its power until the person decides. */
  sandboxEnabled: z.boolean().optional(),
  /** TCP ports that agents in the sandbox may connect to besides their provider's own. */
  sandboxPorts: z.array(PortRange).max(200).optional(),
  sandboxPaths: z.array(SandboxPath).max(100).optional(),
  /** `<provider family>` → what this project decides differently from the settings `providers.<family>`. */
  providers: z.record(z.string(), ProviderOverrides).optional(),
  systemPrompt: z.string().optional(),
  /** In a calendar month, in place of the setting `budgets.project`. */
  budget: BudgetLimit.optional(),
  /** Set on the two repositories that agor made for the first run. */
  demo: z.boolean().optional(),
});
export type ProjectConfig = z.infer<typeof ProjectConfig>;

/**
 * A change to a project: what is absent stays, null takes a choice back to its default. Not `ProjectConfig.partial()`: its
 * defaults would reset every field that a change does not name. The identifier of a project is given once and stays;
 * acceptance of the repository's settings has an operation of its own, which checks their content.
 */
export const ProjectChanges = z.looseObject({
  name: ProjectConfig.shape.name.optional(),
  description: z.string().optional(),
  icon: z.string().max(16).optional(),
  cwd: ProjectConfig.shape.cwd.optional(),
  profile: z.string().optional(),
  enabled: z.boolean().optional(),
  ...asChanges(memberOverrides),
  ...asChanges(projectOverrides),
  mcpServers: mcpServers.nullable(),
  model: ProjectConfig.shape.model.nullable(),
  sandboxEnabled: ProjectConfig.shape.sandboxEnabled.nullable(),
  sandboxPorts: ProjectConfig.shape.sandboxPorts.nullable(),
  sandboxPaths: ProjectConfig.shape.sandboxPaths.nullable(),
  providers: ProjectConfig.shape.providers.nullable(),
  systemPrompt: ProjectConfig.shape.systemPrompt.nullable(),
  budget: ProjectConfig.shape.budget.nullable(),
});
export type ProjectChanges = z.infer<typeof ProjectChanges>;

/** An agent of a role, belonging to a group and not to one project (spec §1.2). Its sessions carry its id as their project's. */
export const GroupAgentConfig = z.looseObject({
  id: ProjectId,
  name: z.string().min(1).max(200),
  role: TeamRole,
  ...memberOverrides,
  ...agentOverrides,
  mcpServers,
  model: z.string().optional(),
  /** Absent: the folder above the group's first project. */
  cwd: z.string().startsWith('/', 'an absolute path').optional(),
  /** As of a project; its folder is the one that is given above. */
  sandboxEnabled: z.boolean().optional(),
  sandboxPorts: z.array(PortRange).max(200).optional(),
  sandboxPaths: z.array(SandboxPath).max(100).optional(),
  systemPrompt: z.string().optional(),
  enabled: z.boolean().default(true),
});
export type GroupAgentConfig = z.infer<typeof GroupAgentConfig>;

/** A change to a role agent: what is absent stays, null takes a choice back to its default. As with `ProjectChanges`. */
export const GroupAgentChanges = z.looseObject({
  name: GroupAgentConfig.shape.name.optional(),
  role: TeamRole.optional(),
  ...asChanges(memberOverrides),
  ...asChanges(agentOverrides),
  mcpServers: mcpServers.nullable(),
  model: GroupAgentConfig.shape.model.nullable(),
  cwd: GroupAgentConfig.shape.cwd.nullable(),
  sandboxEnabled: GroupAgentConfig.shape.sandboxEnabled.nullable(),
  sandboxPorts: GroupAgentConfig.shape.sandboxPorts.nullable(),
  sandboxPaths: GroupAgentConfig.shape.sandboxPaths.nullable(),
  systemPrompt: GroupAgentConfig.shape.systemPrompt.nullable(),
  enabled: z.boolean().optional(),
});
export type GroupAgentChanges = z.infer<typeof GroupAgentChanges>;

/** A role as data: what it is called, what it may do, how it works. */
export const RoleConfig = z.looseObject({
  id: TeamRole,
  label: z.string().min(1).max(100),
  icon: z.string().max(16).default('🤖'),
  /** Whose rights it has. */
  rights: z.enum(['manager', 'architect', 'tester', 'reviewer', 'project']).default('tester'),
  /** The last section of its system prompt: how it goes about its work, in markdown. */
  workflow: z.string().max(20_000).default(''),
});
export type RoleConfig = z.infer<typeof RoleConfig>;

export const GroupConfig = z.looseObject({
  id: GroupId,
  name: z.string().min(1).max(200),
  projects: z.array(ProjectConfig).default([]),
  agents: z.array(GroupAgentConfig).optional(),
  /** Roles that the person made up, besides the known ones. */
  roles: z.array(RoleConfig).optional(),
  /** Of all its projects and agents in a calendar month, in place of the setting `budgets.group`. */
  budget: BudgetLimit.optional(),
  mcpServers,
  ...groupOverrides,
});
export type GroupConfig = z.infer<typeof GroupConfig>;

/** A change to a group: what is absent stays, null takes a choice back. */
export const GroupChanges = z.object({
  name: GroupConfig.shape.name.optional(),
  budget: GroupConfig.shape.budget.nullable(),
  mcpServers: mcpServers.nullable(),
  ...asChanges(groupOverrides),
});
export type GroupChanges = z.infer<typeof GroupChanges>;

export const GroupsFile = z.looseObject({
  version: z.literal(1),
  groups: z.array(GroupConfig).default([]),
  activeGroupId: z.string().default(''),
});
export type GroupsFile = z.infer<typeof GroupsFile>;
