import type { GroupConfig, LevelledSetting } from '@agor/protocol';
import { resolveSetting, type SettingValue } from '@agor/session';
import type { App } from '../state/app.svelte.ts';
import { originText, valueText } from './setting-text.logic.ts';

/** What holds for a member of the group that decides nothing itself. */
export function inheritedValue<Name extends LevelledSetting>(
  { settings }: App,
  name: Name,
  group: GroupConfig | null,
): SettingValue<Name> {
  return resolveSetting(name, settings.get(name) as SettingValue<Name>, { group, member: null }).value;
}

/** "From group Backend: Plan only", "Default: claude". */
export function inheritedText({ settings }: App, name: LevelledSetting, group: GroupConfig | null): string {
  const { value, from } = resolveSetting(name, settings.get(name), { group, member: null });
  const whence = originText(from, group?.name ?? '');
  return `${whence.charAt(0).toUpperCase()}${whence.slice(1)}: ${valueText(name, value)}`;
}
