import type {} from 'zod';

/** The parts of the settings, in the order in which the person sees them. Each key of `settingsSchemas` is in one. */
export const settingSections = {
  appearance: 'Appearance',
  defaults: 'Defaults',
  agents: 'Agents',
  terminals: 'Terminals',
  budgets: 'Budgets',
  notifications: 'Notifications',
  keyboard: 'Keyboard',
  plugins: 'Plugins',
} as const;
export type SettingSection = keyof typeof settingSections;

/** Where a setting can be decided differently from the global one: by a group, and over it by a project or a role agent of the group. */
export type SettingLevel = 'group' | 'project' | 'agent';

/**
 * What a setting means to the person. Its schema carries it (`.meta({…})`, as the last call), so that validation, form, search,
 * `docs/settings.md` and `agor config describe` say the same.
 */
export interface SettingMeta {
  /** Its name, as the label of a field. */
  title: string;
  /** What it does, in a sentence or two; also what an empty value or 0 means. */
  description: string;
  section: SettingSection;
  /** Of a number: `px`, `minutes`. */
  unit?: string;
  /** Of a number: how far one step goes. A number with bounds and a step is a slider. */
  step?: number;
  /** What an empty field stands for. */
  placeholder?: string;
  /** The words for the values of an enum. */
  choices?: Readonly<Record<string, string>>;
  /** Absent: one value for everything. Its field in groups.json is in `overrideFields`. */
  levels?: readonly SettingLevel[];
  /** The face has a control of its own for it, by this name; without one, the schema makes the field. */
  control?: string;
}

declare module 'zod' {
  interface GlobalMeta extends Partial<SettingMeta> {}
}
