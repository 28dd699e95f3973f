import { Shortcuts } from '@agor/protocol';
import { expect, test } from 'vitest';
import type { AppCommand } from './command.ts';
import { keymapOf, type OwnKeys } from './keymap.ts';
import { withDefaults, withKey, withoutKey } from './own-keys.ts';
import { concernOf, isRefused } from './reserved.ts';

const palette: AppCommand = { id: 'palette.open', title: 'Palette', category: 'Go to', keys: ['Mod+K'], run: () => {} };
const map = (own: OwnKeys) => keymapOf([palette], own, false);
const change = (own: OwnKeys, key: string, old: string | null) => withKey(own, map(own), palette, key, old, false);

test('a key replaces another or is added, and what equals the default is not kept', () => {
  expect(change({}, 'F2', 'Mod+K')).toEqual({ 'palette.open': ['F2'] });
  expect(change({}, 'F2', null)).toEqual({ 'palette.open': ['Mod+K', 'F2'] });
  expect(change({ 'palette.open': ['F2'] }, 'Mod+K', 'F2')).toEqual({});
  expect(change({}, 'Mod+K', null)).toEqual({});
});

test('without its last key a command has none, until it is reset; what nobody knows stays', () => {
  const none = withoutKey({ 'gone.one': ['F9'] }, map({}), palette, 'Mod+K', false);
  expect(none).toEqual({ 'gone.one': ['F9'], 'palette.open': [] });
  expect(map(none).keysOf('palette.open')).toEqual([]);
  expect(withDefaults(none, 'palette.open')).toEqual({ 'gone.one': ['F9'] });
});

test('a command takes a bounded number of keys; the newest stay', () => {
  let own: OwnKeys = {};
  for (let n = 1; n <= 9; n++) own = change(own, `F${n}`, null);
  expect(own['palette.open']).toEqual(['F5', 'F6', 'F7', 'F8', 'F9']);
});

test('the setting takes what can be recorded, and says how keys are written', () => {
  for (const keys of ['Mod+K', 'Mod+Ctrl+Alt+Shift+ArrowUp', '?', 'Mod+.', 'Mod+Plus', 'F12', 'Alt+л']) {
    expect(Shortcuts.safeParse({ 'palette.open': [keys] }).success, keys).toBe(true);
  }
  const wrong = Shortcuts.safeParse({ 'palette.open': ['Control K'] });
  expect(wrong.error?.issues[0]?.message).toContain('Mod+Shift+K');
});

test('keys that browsers keep are warned of, those that move through the page are refused', () => {
  for (const keys of ['Mod+T', 'Mod+W', 'Ctrl+N', 'Mod+Shift+T'])
    expect(concernOf(keys, false), keys).toContain('browsers');
  expect(concernOf('Mod+H', true)).not.toBeNull();
  expect(concernOf('Mod+H', false)).toBeNull();
  expect(concernOf('Mod+K', false)).toBeNull();
  expect(isRefused('Tab', false)).toBe(true);
  expect(isRefused('Mod+Enter', false)).toBe(false);
});
