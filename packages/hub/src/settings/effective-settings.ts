import type { GroupConfig, GroupId, GroupsFile, LevelledSetting, ProjectId } from '@agor/protocol';
import { resolveSetting, type SettingValue, settingPlace } from '@agor/session';
import type { SettingsStore } from './settings-store.ts';

/** What holds for one project, role agent or group: theirs over the group's over the settings over the defaults. Read anew at each call. */
export interface EffectiveSettings {
  /** Of a project or role agent; of null, and of one that is gone, what the settings say. */
  value<Name extends LevelledSetting>(name: Name, memberId: ProjectId | null): SettingValue<Name>;
  /** Of what is added to a group; without an id to the one that is shown, else the first. */
  ofGroup<Name extends LevelledSetting>(name: Name, groupId: GroupId | undefined): SettingValue<Name>;
}

export function effectiveSettings(settings: Pick<SettingsStore, 'value'>, groups: () => GroupsFile): EffectiveSettings {
  const global = <Name extends LevelledSetting>(name: Name) => settings.value(name) as SettingValue<Name>;
  return {
    value: (name, memberId) => resolveSetting(name, global(name), settingPlace(groups(), memberId)).value,
    ofGroup: (name, groupId) =>
      resolveSetting(name, global(name), { group: groupOf(groups(), groupId), member: null }).value,
  };
}

function groupOf({ groups, activeGroupId }: GroupsFile, id: GroupId | undefined): GroupConfig | null {
  return groups.find((group) => group.id === (id ?? activeGroupId)) ?? (id === undefined ? (groups[0] ?? null) : null);
}
