import { type GroupsFile, type ProjectChanges, ProjectConfig, type ProjectId } from '@agor/protocol';
import { notFound, rejected } from '../failure.ts';
import { restore, restoreEdit } from '../kept-values/index.ts';
import { refuseDuplicate } from './add-project.ts';
import { findProject, type PlacedProject } from './find-project.ts';
import { DEMO_GROUP, FIRST_GROUP } from './group-names.ts';
import { withGroup, withoutGroup } from './group-operations.ts';
import type { GroupsFileStore } from './groups-store.ts';
import { requireProfile } from './profile.ts';
import { projectFolder } from './project-folder.ts';

/** What a change may not touch: given once, or with an operation of its own. */
const FIXED: readonly string[] = ['id', 'identifier', 'acceptedRepoSettings', 'demo'];

/**
 * Changes a project's settings. What it decides about providers is merged with what others changed since `base` was shown, if that is
 * given. Throws `Failure`: not there, a folder that can't be one, a Claude profile that is not there, a field that is not to be changed, a
 * masked value that is not kept.
 */
export function updateProject(
  store: GroupsFileStore,
  id: ProjectId,
  changes: ProjectChanges,
  ownFolders: readonly string[],
  base?: ProjectChanges,
): void {
  const fixed = FIXED.find((field) => field in changes);
  if (fixed !== undefined) throw rejected(`"${fixed}" of a project can't be changed this way.`);
  store.change((file) => {
    const { project, group } = requireProject(file, id);
    if (changes.profile !== undefined && changes.profile !== project.profile) requireProfile(changes.profile);
    const cwd = changes.cwd === undefined ? {} : { cwd: projectFolder(changes.cwd, project.demo ? [] : ownFolders) };
    if (cwd.cwd !== undefined) refuseDuplicate(group, cwd.cwd, id);
    const changed = ProjectConfig.parse(merged(project, { ...restored(project, changes, base), ...cwd }));
    return { file: withProject(file, id, changed), result: undefined };
  });
}

/** Forgets a project; its folder is not touched. */
export function removeProject(store: GroupsFileStore, id: ProjectId): void {
  store.change((file) => {
    const { group } = requireProject(file, id);
    const left = withGroup(file, group.id, (old) => ({
      ...old,
      projects: old.projects.filter((project) => project.id !== id),
    }));
    return { file: left, result: undefined };
  });
}

/** Takes the demo projects away, and a group that was left with nothing by it; one with more in it is no demo any more. Their folders stay. */
export function removeDemo(store: GroupsFileStore): void {
  store.change((file) => {
    const touched = file.groups.filter((group) => group.projects.some((project) => project.demo === true));
    const isTaken = file.groups.some(({ name }) => name === FIRST_GROUP);
    let left = file;
    for (const { id } of touched) {
      left = withGroup(left, id, (old) => ({
        ...old,
        name: old.name === DEMO_GROUP && !isTaken ? FIRST_GROUP : old.name,
        projects: old.projects.filter((project) => project.demo !== true),
      }));
      const group = left.groups.find((one) => one.id === id);
      if (group && group.projects.length === 0 && (group.agents ?? []).length === 0) left = withoutGroup(left, id);
    }
    return { file: left, result: undefined };
  });
}

export function requireProject(file: GroupsFile, id: ProjectId): PlacedProject {
  const placed = findProject(file, id);
  if (!placed) {
    throw notFound(`there is no project ${id}; it may have been removed in another window`);
  }
  return placed;
}

export function withProject(file: GroupsFile, id: ProjectId, changed: ProjectConfig): GroupsFile {
  const replace = (project: ProjectConfig) => (project.id === id ? changed : project);
  return { ...file, groups: file.groups.map((group) => ({ ...group, projects: group.projects.map(replace) })) };
}

/** The changes with real values, those to providers merged with what is there now. */
function restored(project: ProjectConfig, changes: ProjectChanges, base: ProjectChanges | undefined): ProjectChanges {
  const { providers, ...others } = changes;
  const rest = restore(others, project);
  if (providers === undefined) return rest;
  // A provider of which nothing is decided any more may have got something from others since.
  const emptied = Object.fromEntries(Object.keys(base?.providers ?? {}).map((family) => [family, {}]));
  const edited = base ? { ...emptied, ...providers } : (providers ?? {});
  const next = restoreEdit(edited, project.providers ?? {}, base && (base.providers ?? {}));
  const decided = Object.entries(next).filter(([, overrides]) => Object.keys(overrides).length > 0);
  return { ...rest, providers: decided.length > 0 ? Object.fromEntries(decided) : null };
}

function merged(project: ProjectConfig, changes: ProjectChanges): Record<string, unknown> {
  const result: Record<string, unknown> = { ...project, ...changes };
  for (const [field, value] of Object.entries(changes)) {
    if (value === null) delete result[field];
    if (value === undefined) result[field] = project[field];
  }
  return result;
}
