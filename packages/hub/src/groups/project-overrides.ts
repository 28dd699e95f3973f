import type { GroupsFile, MachineEnvironment } from '@agor/protocol';
import { allProjects } from './find-project.ts';

/** What projects decide differently about providers, by project and provider family; projects that decide nothing are absent. */
export function projectOverrides(file: GroupsFile): MachineEnvironment['projects'] {
  return Object.fromEntries(
    allProjects(file).flatMap(({ project }) => (project.providers ? [[project.id, project.providers]] : [])),
  );
}
