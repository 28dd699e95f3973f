import type { GroupsFile, SessionSummary } from '@agor/protocol';

const OFFERED = 5;

/** Folders in which an agent ran lately and that are no project yet, newest first. */
export function recentFolders(sessions: readonly SessionSummary[], file: GroupsFile): string[] {
  const known = new Set(file.groups.flatMap((group) => group.projects.map((project) => project.cwd)));
  const folders = sessions.map(({ state }) => state.cwd).filter((cwd) => !known.has(cwd));
  return [...new Set(folders)].slice(0, OFFERED);
}
