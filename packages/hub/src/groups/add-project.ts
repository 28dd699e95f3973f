import { basename } from 'node:path';
import {
  type CommandId,
  GroupConfig,
  GroupId,
  type GroupsFile,
  ProjectConfig,
  ProjectId,
  type ProviderId,
} from '@agor/protocol';
import { rejected } from '../failure.ts';
import { realpathOrSame } from '../within.ts';
import { allProjects, findProject } from './find-project.ts';
import { FIRST_GROUP } from './group-names.ts';
import { requireGroup, withGroup } from './group-operations.ts';
import type { GroupsFileStore } from './groups-store.ts';
import { idFrom } from './id-from.ts';
import { identifierFor } from './identifier.ts';
import { projectFolder } from './project-folder.ts';

export interface AddProject {
  readonly commandId: CommandId;
  /** Absent: the group that is shown, else the first, else a new one. */
  readonly groupId?: GroupId;
  readonly cwd: string;
  /** Absent: the folder's name. */
  readonly name?: string;
  readonly provider?: ProviderId;
  /** Whether its agents are confined to it; absent: nobody decided, so they are not. */
  readonly sandboxEnabled?: boolean;
  /** On agor's own demo repositories, which alone may lie in its data folder. */
  readonly demo?: true;
}

/** Adds a folder as a project. Throws `Failure`: no such group or folder, agor's own folder, or the group has it already. */
export function addProject(store: GroupsFileStore, input: AddProject, ownFolders: readonly string[]): ProjectId {
  const id = ProjectId.parse(idFrom('project', input.commandId));
  if (findProject(store.current, id)) return id;
  const cwd = projectFolder(input.cwd, input.demo ? [] : ownFolders);
  return store.change((before) => {
    if (findProject(before, id)) return { file: before, result: id };
    const { file, group } = groupFor(before, input);
    refuseDuplicate(group, cwd);
    const name = input.name ?? (basename(cwd).slice(0, 200) || cwd);
    const project = ProjectConfig.parse({
      id,
      name,
      identifier: identifierFor(name, new Set(allProjects(file).map((placed) => placed.project.identifier))),
      cwd,
      provider: input.provider,
      sandboxEnabled: input.sandboxEnabled,
      demo: input.demo,
    });
    const added = withGroup(file, group.id, (old) => ({ ...old, projects: [...old.projects, project] }));
    return { file: added, result: id };
  });
}

/** Refuses a folder that the group has; `except` is the project that is being changed. */
export function refuseDuplicate(group: GroupConfig, cwd: string, except?: ProjectId): void {
  const twin = group.projects.find((project) => project.id !== except && realpathOrSame(project.cwd) === cwd);
  if (twin) {
    throw rejected(`${cwd} is already in the group "${group.name}", as "${twin.name}".`);
  }
}

function groupFor(file: GroupsFile, input: AddProject): { file: GroupsFile; group: GroupConfig } {
  if (input.groupId !== undefined) return { file, group: requireGroup(file, input.groupId) };
  const group = file.groups.find((one) => one.id === file.activeGroupId) ?? file.groups[0];
  if (group) return { file, group };
  const first = GroupConfig.parse({ id: GroupId.parse(idFrom('group', input.commandId)), name: FIRST_GROUP });
  return { file: { ...file, groups: [first], activeGroupId: first.id }, group: first };
}
