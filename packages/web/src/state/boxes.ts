import type { GroupConfig, GroupsFile, ProjectConfig, ProjectId, SessionSummary } from '@agor/protocol';

/** What one box of the grid shows: a project, or a folder in which somebody ran an agent without making it a project. */
export interface Box {
  /** Stable over reloads: the project's id, or the folder's path. */
  key: string;
  /** Null for a folder that is no project. */
  projectId: ProjectId | null;
  name: string;
  cwd: string;
  config: ProjectConfig | null;
}

/** A folder without project leaves the grid when nothing has happened in it for this long. */
const FOLDER_STAYS_MS = 12 * 3600_000;

export function projectBox(config: ProjectConfig): Box {
  return { key: config.id, projectId: config.id, name: config.name, cwd: config.cwd, config };
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

/** The boxes of the grid: the group's enabled projects in their order, then folders with a session that matters now. */
export function boxesOf(
  group: GroupConfig | null,
  homeless: readonly SessionSummary[],
  hiddenFolders: Readonly<Record<string, number>>,
  now: number,
): Box[] {
  const projects = (group?.projects ?? []).filter((project) => project.enabled).map(projectBox);
  const folders = new Set<string>();
  for (const { state, status } of homeless) {
    const live = state.process !== null || status === 'running' || status === 'waiting' || status === 'starting';
    const hidden = (hiddenFolders[state.cwd] ?? 0) >= state.lastActivityAt;
    if (live || (!hidden && now - state.lastActivityAt < FOLDER_STAYS_MS)) folders.add(state.cwd);
  }
  return [...projects, ...[...folders].map(folderBox)];
}

/** Sessions that belong to no project of any group: run in a folder, or their project was removed. */
export function homelessSessions(file: GroupsFile, sessions: readonly SessionSummary[]): SessionSummary[] {
  const known = new Set(file.groups.flatMap((group) => group.projects.map((project) => project.id)));
  return sessions.filter(({ state }) => state.projectId === null || !known.has(state.projectId));
}
