import type {
  GroupAgentConfig,
  GroupConfig,
  GroupsFile,
  ProjectConfig,
  ProjectId,
  SessionSummary,
} from '@agor/protocol';

/** What one box of the grid shows: a project, or a folder in which somebody ran an agent without making it a project. */
export interface Box {
  /** Stable over reloads: the project's id, or the folder's path. */
  key: string;
  /** Null for a folder that is no project. */
  projectId: ProjectId | null;
  name: string;
  cwd: string;
  config: ProjectConfig | null;
  /** Set when it is a role agent's. */
  agent?: GroupAgentConfig;
}

/** A folder without project leaves the grid when nothing has happened in it for this long. */
const FOLDER_STAYS_MS = 12 * 3600_000;

export function projectBox(config: ProjectConfig): Box {
  return { key: config.id, projectId: config.id, name: config.name, cwd: config.cwd, config };
}

/** The icons of the known roles (spec §1.2); a made-up role brings its own. */
const ROLE_ICONS: Readonly<Record<string, string>> = { manager: '🎯', architect: '🏗', tester: '🧪', reviewer: '🔍' };

export function roleIcon(group: GroupConfig | null, role: string): string {
  return group?.roles?.find(({ id }) => id === role)?.icon ?? ROLE_ICONS[role] ?? '🤖';
}

/** What a role is called: a known one by its name, one of the person's own by its label. */
export function roleLabel(group: GroupConfig | null, role: string): string {
  return group?.roles?.find(({ id }) => id === role)?.label ?? role;
}

/** The folder that a role agent works in: its own or, as the hub has it, the one above the group's first project. */
export function agentFolder(group: GroupConfig, agent: Pick<Partial<GroupAgentConfig>, 'cwd'>): string {
  const [first] = group.projects;
  return agent.cwd ?? (first ? first.cwd.replace(/\/[^/]*\/*$/, '') || '/' : '/tmp');
}

export function agentBox(group: GroupConfig, agent: GroupAgentConfig): Box {
  const { id, name, role, provider, model, permissionMode } = agent;
  const cwd = agentFolder(group, agent);
  const icon = roleIcon(group, role);
  const told = { description: '', profile: 'default', enabled: true, provider, model, permissionMode };
  return { key: id, projectId: id, name, cwd, config: { id, name, identifier: role, icon, cwd, ...told }, agent };
}

export function folderBox(cwd: string): Box {
  return {
    key: `folder:${cwd}`,
    projectId: null,
    name: cwd.split('/').filter(Boolean).at(-1) ?? cwd,
    cwd,
    config: null,
  };
}

/** The group whose boxes are shown: the one named active, else the first. */
export function activeGroupOf(file: GroupsFile): GroupConfig | null {
  return file.groups.find((group) => group.id === file.activeGroupId) ?? file.groups[0] ?? null;
}

/** The boxes of the grid: the group's enabled role agents and projects in their order, then folders with a session that matters now. */
export function boxesOf(
  group: GroupConfig | null,
  homeless: readonly SessionSummary[],
  hiddenFolders: Readonly<Record<string, number>>,
  now: number,
): Box[] {
  const agents = group ? (group.agents ?? []).filter(({ enabled }) => enabled).map((one) => agentBox(group, one)) : [];
  const projects = (group?.projects ?? []).filter((project) => project.enabled).map(projectBox);
  const folders = new Set<string>();
  for (const { state, status } of homeless) {
    const live = state.process !== null || status === 'running' || status === 'waiting' || status === 'starting';
    const hidden = (hiddenFolders[state.cwd] ?? 0) >= state.lastActivityAt;
    if (live || (!hidden && now - state.lastActivityAt < FOLDER_STAYS_MS)) folders.add(state.cwd);
  }
  return [...agents, ...projects, ...[...folders].map(folderBox)];
}

/** Sessions that belong to no project of any group: run in a folder, or their project was removed. */
export function homelessSessions(file: GroupsFile, sessions: readonly SessionSummary[]): SessionSummary[] {
  const known = new Set(
    file.groups.flatMap((group) => [...group.projects, ...(group.agents ?? [])].map((member) => member.id)),
  );
  return sessions.filter(({ state }) => state.projectId === null || !known.has(state.projectId));
}
