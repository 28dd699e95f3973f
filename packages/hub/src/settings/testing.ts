import { type GroupsFile, type SettingName, settingsSchemas } from '@agor/protocol';
import type { z } from 'zod';
import { type EffectiveSettings, effectiveSettings, type SettingsStore } from './index.ts';

/** The settings as they hold where the person set only `set`. */
export function settingsOf(
  groups: () => GroupsFile,
  set: Partial<Record<SettingName, unknown>> = {},
): EffectiveSettings {
  const value = (name: SettingName) => (settingsSchemas[name] as z.ZodType).parse(set[name]);
  return effectiveSettings({ value: value as SettingsStore['value'] }, groups);
}
