import type { GroupAgentConfig, GroupConfig, GroupsFile, ProjectConfig, ProjectId } from '@agor/protocol';
import { BTMSG_MANUAL, bttaskManual, DELEGATION, TIER_TWO_MANUAL, WORKFLOWS } from './manuals.ts';
import { rightsOf } from './members.ts';

/**
 * The system prompt of a team's agent (spec §7.3), made anew from the groups for every run. Null for a project whose group has no role
 * agents: it works alone, and its own prompt is all there is.
 */
export function teamPrompt(file: GroupsFile, id: ProjectId): string | null {
  const prompt = promptSections(file, id);
  return prompt && sections(prompt);
}

function promptSections(file: GroupsFile, id: ProjectId): PromptSections | null {
  for (const group of file.groups) {
    const team = (group.agents ?? []).filter(({ enabled }) => enabled);
    if (team.length === 0) continue;
    const agent = team.find((one) => one.id === id);
    if (agent) return tierOne(group, agent, team);
    const project = group.projects.find((one) => one.id === id);
    if (project) return tierTwo(group, project, team);
  }
  return null;
}

/** What a run gets of its team: its system prompt, and the tools to write to the others. Its own prompt alone where there is no team. */
export function teamOf(
  file: GroupsFile,
  id: ProjectId,
  own: string | undefined,
): { readonly systemPrompt: string | undefined; readonly team: boolean } {
  const systemPrompt = teamPrompt(file, id);
  return { systemPrompt: systemPrompt ?? own, team: systemPrompt !== null };
}

/** What a run would be told now, for the settings: as `teamOf`, section by section. */
export function promptPreview(
  file: GroupsFile,
  id: ProjectId,
  own: string | undefined,
): { readonly sections: { title: string; text: string }[]; readonly text: string } {
  const prompt = promptSections(file, id) ?? (own ? [['Context', own] as const] : []);
  const { systemPrompt = '' } = teamOf(file, id, own || undefined);
  return { sections: prompt.map(([title, text]) => ({ title, text })), text: systemPrompt };
}

/** The seven sections by name; what an agent has not is absent. */
export type PromptSections = readonly (readonly [title: string, text: string])[];

function tierOne(group: GroupConfig, agent: GroupAgentConfig, team: readonly GroupAgentConfig[]): PromptSections {
  const role = group.roles?.find(({ id }) => id === agent.role);
  const rights = rightsOf(group, agent.role);
  const workflow = role?.workflow || WORKFLOWS[agent.role];
  return [
    [
      'Identity',
      `You are ${agent.name}, the ${role?.label ?? agent.role} of the group "${group.name}". Your id is ${agent.id}.`,
    ],
    ['Environment', environment(group, agent)],
    ['Team', members(group, team)],
    ['Messages', BTMSG_MANUAL],
    ['Tasks', bttaskManual(rights)],
    ...(rights === 'manager' ? [['Delegation', DELEGATION] as const] : []),
    ...(agent.systemPrompt ? [['Context', agent.systemPrompt] as const] : []),
    ...(workflow ? [['Workflow', workflow] as const] : []),
  ];
}

function tierTwo(group: GroupConfig, project: ProjectConfig, team: readonly GroupAgentConfig[]): PromptSections {
  const manager = team.find(({ role }) => rightsOf(group, role) === 'manager');
  const chief = manager ? ` Your manager is ${manager.name} (id ${manager.id}).` : '';
  return [
    [
      'Identity',
      `You work on the project "${project.name}" of the group "${group.name}". Your id is ${project.id}.${chief}`,
    ],
    ['Messages and tasks', TIER_TWO_MANUAL],
    ...(project.systemPrompt ? [['Context', project.systemPrompt] as const] : []),
  ];
}

function environment(group: GroupConfig, agent: GroupAgentConfig): string {
  const rows = group.projects
    .filter(({ enabled }) => enabled)
    .map(
      ({ id, name, cwd, provider, model }) =>
        `| ${name} | ${id} | ${cwd} | ${provider ?? 'default'}${model ? ` / ${model}` : ''} |`,
    );
  const table = ['| Project | Agent id | Folder | Provider |', '|---|---|---|---|', ...rows].join('\n');
  return `Group: ${group.name}. You run on ${agent.provider ?? 'the default provider'}${agent.model ? ` (${agent.model})` : ''}.\n\n${table}`;
}

function members(group: GroupConfig, team: readonly GroupAgentConfig[]): string {
  return [
    '- Operator (id admin): the person. Tier 0.',
    ...team.map(({ name, id, role }) => `- ${name} (id ${id}): ${role}. Tier 1.`),
    ...group.projects
      .filter(({ enabled }) => enabled)
      .map(({ name, id }) => `- ${name} (id ${id}): agent of that project. Tier 2.`),
  ].join('\n');
}

function sections(all: PromptSections): string {
  return all.map(([title, text]) => `## ${title}\n\n${text}`).join('\n\n---\n\n');
}
