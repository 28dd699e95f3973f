import type { LevelledSetting } from '@agor/protocol';
import { resolveSetting, type SettingValue, settingPlace } from '@agor/session';
import type { App } from './app.svelte.ts';

/** A setting as it holds for a project or role agent: its own, its group's, or the one for everything. Read as `$derived` is. */
export function effective<Name extends LevelledSetting>(
  { settings, workspace }: Pick<App, 'settings' | 'workspace'>,
  name: Name,
  memberId: string | null,
): SettingValue<Name> {
  const place = settingPlace(workspace.groups, memberId);
  return resolveSetting(name, settings.get(name) as SettingValue<Name>, place).value;
}
