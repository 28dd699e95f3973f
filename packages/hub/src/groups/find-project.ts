import type { GroupConfig, GroupsFile, ProjectConfig, ProjectId } from '@agor/protocol';
import { isWithin, realpathOrSame } from '../within.ts';

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

/** Whether agor's first-run projects are still there. */
export function hasDemo(file: GroupsFile): boolean {
  return allProjects(file).some(({ project }) => project.demo === true);
}
