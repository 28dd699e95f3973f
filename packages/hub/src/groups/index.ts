export { addProject } from './add-project.ts';
export { findProject, hasDemo, projectForCwd } from './find-project.ts';
export { activateGroup, addGroup, removeGroup, updateGroup } from './group-operations.ts';
export { type GroupsFileStore, openGroups } from './groups-store.ts';
export { removeDemo, removeProject, requireProject, updateProject } from './project-operations.ts';
export { projectOverrides } from './project-overrides.ts';
export { projectRunConfig } from './project-run-config.ts';
export { acceptRepoSettings, readRepoSettings } from './repo-settings.ts';
export { findMember } from './role-agents.ts';
