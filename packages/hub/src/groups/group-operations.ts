import { type CommandId, type GroupChanges, GroupConfig, GroupId, type GroupsFile } from '@agor/protocol';
import { notFound } from '../failure.ts';
import { restore } from '../kept-values/index.ts';
import type { GroupsFileStore } from './groups-store.ts';
import { idFrom } from './id-from.ts';

/** Adds an empty group and shows it. The same command again gives the same group. */
export function addGroup(store: GroupsFileStore, input: { commandId: CommandId; name: string }): GroupId {
  const id = GroupId.parse(idFrom('group', input.commandId));
  return store.change((file) => {
    if (file.groups.some((group) => group.id === id)) return { file, result: id };
    const group = GroupConfig.parse({ id, name: input.name });
    return { file: { ...file, groups: [...file.groups, group], activeGroupId: id }, result: id };
  });
}

/** Throws `Failure` NOT_FOUND, as all of these do for a group that is not there. */
export function updateGroup(store: GroupsFileStore, id: GroupId, changes: GroupChanges): void {
  store.change((file) => {
    const named = Object.entries(restore(changes, requireGroup(file, id))).filter(([, value]) => value !== undefined);
    const change = (group: GroupConfig): GroupConfig => {
      const changed = Object.entries({ ...group, ...Object.fromEntries(named) }).filter(([, value]) => value !== null);
      return GroupConfig.parse(Object.fromEntries(changed));
    };
    return { file: withGroup(file, id, change), result: undefined };
  });
}

/** Forgets a group and its projects; no folder is touched. Where it was the one shown, the first of the others is. */
export function removeGroup(store: GroupsFileStore, id: GroupId): void {
  store.change((file) => {
    requireGroup(file, id);
    return { file: withoutGroup(file, id), result: undefined };
  });
}

export function activateGroup(store: GroupsFileStore, id: GroupId): void {
  store.change((file) => {
    requireGroup(file, id);
    return { file: file.activeGroupId === id ? file : { ...file, activeGroupId: id }, result: undefined };
  });
}

export function requireGroup(file: GroupsFile, id: GroupId): GroupConfig {
  const group = file.groups.find((one) => one.id === id);
  if (!group) throw notFound(`there is no group ${id}; it may have been removed in another window`);
  return group;
}

export function withGroup(file: GroupsFile, id: GroupId, change: (group: GroupConfig) => GroupConfig): GroupsFile {
  return { ...file, groups: file.groups.map((group) => (group.id === id ? change(group) : group)) };
}

export function withoutGroup(file: GroupsFile, id: GroupId): GroupsFile {
  const groups = file.groups.filter((group) => group.id !== id);
  return { ...file, groups, activeGroupId: file.activeGroupId === id ? (groups[0]?.id ?? '') : file.activeGroupId };
}
