import type { GroupsFile, PtyInfo } from '@agor/protocol';
import type { Box } from '../state/boxes.ts';

/**
 * The terminals that a box shows: its project's; for a folder without project those in the folder, and those that went to where no box is
 * (`cd`), which would be seen nowhere else.
 */
export function terminalsOf(box: Box, all: readonly PtyInfo[], boxes: readonly Box[]): PtyInfo[] {
  if (box.projectId !== null) return all.filter((pty) => pty.projectId === box.projectId);
  const folders = boxes.filter((other) => other.projectId === null);
  return all.filter((pty) => {
    if (pty.projectId !== null) return false;
    return isIn(pty.cwd, box.cwd) || !folders.some((other) => isIn(pty.cwd, other.cwd));
  });
}

/**
 * Terminals that no box of any group shows: of a project that was removed or switched off, or of a folder while no folder has a box. They run
 * on, and must be seen somewhere.
 */
export function homelessTerminals(all: readonly PtyInfo[], groups: GroupsFile, boxes: readonly Box[]): PtyInfo[] {
  const members = groups.groups.flatMap(({ projects, agents = [] }) => [...projects, ...agents]);
  const shown = new Set(members.filter(({ enabled }) => enabled).map(({ id }) => id));
  const hasFolders = boxes.some(({ projectId }) => projectId === null);
  return all.filter(({ projectId }) => (projectId === null ? !hasFolders : !shown.has(projectId)));
}

function isIn(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith('/') ? folder : `${folder}/`);
}

/** How a shell ended, in words. */
export function exitWords({ code, signal }: NonNullable<PtyInfo['exit']>): string {
  if (signal) return `ended by ${signal}`;
  return code === null ? 'ended' : `exited ${code}`;
}

/** What each terminal is called: its title, with a number where another before it has the same. */
export function distinctTitles(ptys: readonly PtyInfo[]): ReadonlyMap<PtyInfo['id'], string> {
  const seen = new Map<string, number>();
  return new Map(
    ptys.map(({ id, title }) => {
      const nth = (seen.get(title) ?? 0) + 1;
      seen.set(title, nth);
      return [id, nth === 1 ? title : `${title} ${nth}`];
    }),
  );
}
