import { expect, test } from 'bun:test';
import { GroupAgentConfig, GroupConfig, ProjectConfig } from './groups.ts';
import { overrideFields } from './overrides.ts';
import { type SettingLevel, settingSections } from './setting-meta.ts';
import { type SettingName, settingMeta, settingsSchemas } from './settings.ts';

const names = Object.keys(settingsSchemas) as SettingName[];
const shapes: Record<SettingLevel, Record<string, unknown>> = {
  group: GroupConfig.shape,
  project: ProjectConfig.shape,
  agent: GroupAgentConfig.shape,
};

test('every setting says what it is called, what it does and where it belongs', () => {
  const incomplete = names.filter((name) => {
    const { title, description, section } = settingMeta(name) ?? {};
    return !title || !description || !Object.hasOwn(settingSections, section ?? '');
  });
  expect(incomplete).toEqual([]);
});

test('no two settings of a section have the same name', () => {
  const titles = names.map((name) => `${settingMeta(name).section}: ${settingMeta(name).title}`);
  expect(titles.filter((title, index) => titles.indexOf(title) !== index)).toEqual([]);
});

test('every setting has a default of its own', () => {
  for (const name of names) expect(settingsSchemas[name].safeParse(undefined).success).toBe(true);
});

test('the words for choices name exactly the values that there are', () => {
  for (const name of names) {
    const { choices } = settingMeta(name);
    const inner = settingsSchemas[name].unwrap();
    if (choices && 'options' in inner) expect(Object.keys(choices).sort()).toEqual([...inner.options].sort());
  }
});

test('a setting with levels has its field in groups.json at exactly these levels', () => {
  const told = names.filter((name) => settingMeta(name).levels !== undefined);
  expect(Object.keys(overrideFields).sort()).toEqual([...told].sort());
  for (const [name, field] of Object.entries(overrideFields)) {
    const levels = settingMeta(name as SettingName).levels ?? [];
    const present = (Object.keys(shapes) as SettingLevel[]).filter((level) => Object.hasOwn(shapes[level], field));
    expect({ name, levels: present }).toEqual({ name, levels: [...levels] });
  }
});

test('no text of a setting is without an end: every window is told all of them', () => {
  for (const name of Object.keys(settingsSchemas) as SettingName[])
    expect(settingsSchemas[name].safeParse('x'.repeat(1_000_000)).success, name).toBe(false);
});
