import { type LevelledSetting, overrideFields, type SettingName, settingMeta, settingsSchemas } from '@agor/protocol';
import type { SettingOrigin } from '@agor/session';
import type { z } from 'zod';
import { modeLabel } from './permission-modes.ts';

/** A value as a person reads it: "30 minutes", "on", "Smart: when something needs it". */
export function valueText(name: SettingName, value: unknown): string {
  const { unit = '', choices } = settingMeta(name);
  if (name === 'default_permission_mode') return modeLabel(value as Parameters<typeof modeLabel>[0]);
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  if (value === '') return 'empty';
  if (typeof value === 'object') return JSON.stringify(value);
  return choices?.[String(value)] ?? [String(value), unit].filter(Boolean).join(' ');
}

export function defaultOf(name: SettingName): unknown {
  const schema: z.ZodType = settingsSchemas[name];
  return schema.parse(undefined);
}

export function isDefault(name: SettingName, value: unknown): boolean {
  return JSON.stringify(value) === JSON.stringify(defaultOf(name));
}

/** Why the value can't be taken, with the place in it; null when it can. */
export function valueProblem(name: SettingName, value: unknown): string | null {
  const schema: z.ZodType = settingsSchemas[name];
  const [issue] = schema.safeParse(value).error?.issues ?? [];
  if (!issue) return null;
  return issue.path.length > 0 ? `${issue.path.map(String).join(', ')}: ${issue.message}` : issue.message;
}

/** Who decided a value. */
export function originText(from: SettingOrigin, group: string): string {
  switch (from) {
    case 'own':
      return 'own';
    case 'group':
      return `from group ${group}`;
    case 'global':
      return 'from Settings';
    case 'default':
      return 'default';
  }
}

/** The settings that can be decided at a level, in their order. */
export function settingsOfLevel(level: 'group' | 'project' | 'agent'): LevelledSetting[] {
  return (Object.keys(overrideFields) as LevelledSetting[]).filter((name) => settingMeta(name).levels?.includes(level));
}
