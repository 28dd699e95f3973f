import { realpathSync } from 'node:fs';
import { sep } from 'node:path';
import type { GroupConfig, GroupsFile, ProjectConfig, ProjectId } from '@agor/protocol';

export interface PlacedProject {
  readonly project: ProjectConfig;
  readonly group: GroupConfig;
}

export function allProjects(file: GroupsFile): PlacedProject[] {
  return file.groups.flatMap((group) => group.projects.map((project) => ({ project, group })));
}

export function findProject(file: GroupsFile, id: ProjectId): PlacedProject | null {
  return allProjects(file).find(({ project }) => project.id === id) ?? null;
}

/** The project that `cwd` lies in; of nested ones the innermost, of equal ones that of the active group. */
export function projectForCwd(file: GroupsFile, cwd: string): PlacedProject | null {
  const path = realpathOrSame(cwd);
  const holding = allProjects(file).filter(({ project }) => isWithin(path, realpathOrSame(project.cwd)));
  const rank = (placed: PlacedProject) =>
    realpathOrSame(placed.project.cwd).length * 2 + (placed.group.id === file.activeGroupId ? 1 : 0);
  return holding.sort((a, b) => rank(b) - rank(a))[0] ?? null;
}

/** The project whose folder `cwd` is, whatever links lead to it. A session in a folder below it has a working directory of its own. */
export function projectAt(file: GroupsFile, cwd: string): PlacedProject | null {
  const placed = projectForCwd(file, cwd);
  return placed && realpathOrSame(placed.project.cwd) === realpathOrSame(cwd) ? placed : null;
}

/** Whether agor's first-run projects are still there. */
export function hasDemo(file: GroupsFile): boolean {
  return allProjects(file).some(({ project }) => project.demo === true);
}

/** Whether `path` is `folder` or lies in it. Both absolute and real. */
export function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}

export function realpathOrSame(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path; // a folder that is away just now still has its name
  }
}
