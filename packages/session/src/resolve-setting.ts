import {
  type GroupConfig,
  type GroupsFile,
  type LevelledSetting,
  overrideFields,
  type SettingLevel,
  settingMeta,
  settingsSchemas,
} from '@agor/protocol';

/** Who decided a value: the project or role agent itself, its group, the settings, or nobody. */
export type SettingOrigin = 'own' | 'group' | 'global' | 'default';

export type SettingValue<Name extends LevelledSetting> = ReturnType<(typeof settingsSchemas)[Name]['parse']>;

/** What decides over the settings. All null: a session in a folder that is no project. */
export interface SettingPlace {
  readonly group: GroupConfig | null;
  /** A project or a role agent, as groups.json has it. */
  readonly member: { readonly level: 'project' | 'agent'; readonly fields: Readonly<Record<string, unknown>> } | null;
}

/**
 * The value of a setting in one place, and who decided it: the member over its group over the settings over the default (spec §1.2, §1.3).
 * The one rule of levels; the hub runs by it and the face shows it. A level that the setting does not have decides nothing.
 */
export function resolveSetting<Name extends LevelledSetting>(
  name: Name,
  global: SettingValue<Name>,
  { group, member }: SettingPlace,
): { readonly value: SettingValue<Name>; readonly from: SettingOrigin } {
  const levels: readonly SettingLevel[] = settingMeta(name).levels ?? [];
  const field = overrideFields[name];
  const own = member && levels.includes(member.level) ? member.fields[field] : undefined;
  if (own !== undefined) return { value: own as SettingValue<Name>, from: 'own' };
  const grouped: unknown = levels.includes('group') ? group?.[field] : undefined;
  if (grouped !== undefined) return { value: grouped as SettingValue<Name>, from: 'group' };
  const fallback: unknown = settingsSchemas[name].parse(undefined);
  return { value: global, from: fallback === global ? 'default' : 'global' };
}

/** Where a project or role agent stands in groups.json. An id that is not there decides nothing. */
export function settingPlace({ groups }: GroupsFile, id: string | null): SettingPlace {
  if (id !== null) {
    for (const group of groups) {
      const project = group.projects.find((one) => one.id === id);
      if (project) return { group, member: { level: 'project', fields: project } };
      const agent = group.agents?.find((one) => one.id === id);
      if (agent) return { group, member: { level: 'agent', fields: agent } };
    }
  }
  return { group: null, member: null };
}
