import { expect, test } from 'bun:test';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeSetting, settingNames, settingsMarkdown, shapeOf } from './describe-settings.ts';
import { settingsSchemas } from './settings.ts';

const root = join(import.meta.dirname, '../../..');

test('docs/settings.md says what the schemas say: make it anew with `node scripts/bun.mjs scripts/settings-doc.ts`', () => {
  expect(readFileSync(join(root, 'docs/settings.md'), 'utf8')).toBe(settingsMarkdown());
});

test('a setting says what it takes in words', () => {
  expect(describeSetting('ui_font_size').takes).toBe('a whole number from 10 to 24 px');
  expect(describeSetting('wake_strategy').takes).toBe('one of "persistent", "on-demand", "smart"');
  expect(describeSetting('prewarm')).toMatchObject({ takes: 'true or false', fallback: false, field: 'prewarm' });
});

test('objects, records and what may be null have a shape that a form can show', () => {
  expect(shapeOf(settingsSchemas.notifications)).toMatchObject({
    kind: 'object',
    fields: [
      { name: 'types', shape: { kind: 'record', names: expect.arrayContaining(['system']), of: { kind: 'object' } } },
      { name: 'quietHours', required: false, shape: { kind: 'object', nullable: true } },
    ],
  });
});

/** Sources of the product, without the settings' own code, tests and test doubles. */
function sources(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter(
      (path) => /\.(ts|svelte)$/.test(path) && !/\.test\.ts$|(^|\/)(testing|node_modules|dist)(\/|\.ts$)/.test(path),
    )
    .filter(
      (path) => !/^(protocol\/src\/(settings|overrides)\.ts|hub\/src\/settings\/|web\/src\/settings\/)/.test(path),
    )
    .map((path) => readFileSync(join(root, folder, path), 'utf8'));
}

test('nothing that is stored is unused: every setting is read somewhere outside the settings', () => {
  const texts = sources('packages');
  const unused = settingNames.filter((name) => !texts.some((text) => text.includes(`'${name}'`)));
  expect(unused).toEqual([]);
});
