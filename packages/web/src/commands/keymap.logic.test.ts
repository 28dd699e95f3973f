import { expect, test } from 'vitest';
import { cheatSheet } from './cheat-sheet.ts';
import type { AppCommand } from './command.ts';
import { keymapOf } from './keymap.ts';

const command = (id: string, keys: string[], more: Partial<AppCommand> = {}): AppCommand => ({
  id,
  title: id,
  category: 'Panels',
  keys,
  run: () => {},
  ...more,
});
const ids = (commands: readonly AppCommand[] | undefined) => commands?.map(({ id }) => id);

test('the person’s own keys replace those that a command came with', () => {
  const map = keymapOf([command('a', ['Mod+A', 'F2']), command('b', ['Mod+B'])], { a: ['Alt+A'], b: [] }, false);
  expect(map.keysOf('a')).toEqual(['Alt+A']);
  expect(map.keysOf('b')).toEqual([]);
  expect(map.byKeys.has('Mod+A')).toBe(false);
  expect(map.byKeys.has('Mod+B')).toBe(false);
});

test('keys that two commands have are a conflict; what the person chose comes first', () => {
  const map = keymapOf([command('a', ['Mod+A']), command('b', ['Mod+B'])], { b: ['Mod+A'] }, false);
  expect(ids(map.byKeys.get('Mod+A'))).toEqual(['b', 'a']);
  expect([...map.conflicts.keys()]).toEqual(['Mod+A']);
});

test('keys of a command that is not there now do nothing, and keys that can’t be pressed neither', () => {
  const map = keymapOf([command('a', ['Mod+A'])], { gone: ['Mod+A'], a: ['Nope+Z', 'Shift+Ctrl+a'] }, false);
  expect(map.keysOf('a')).toEqual(['Mod+Shift+A']);
  expect(map.conflicts.size).toBe(0);
});

test('a Mac has its own keys where its system takes the others', () => {
  const hide = command('hide', ['Mod+H'], { macKeys: ['Ctrl+H'] });
  expect(keymapOf([hide], {}, true).keysOf('hide')).toEqual(['Ctrl+H']);
  expect(keymapOf([hide], {}, false).keysOf('hide')).toEqual(['Mod+H']);
});

test('the cheat-sheet lists by category, with numbered commands in one row and without those that have no key', () => {
  const nth = (n: number, keys = [`Alt+${n}`]) =>
    command(`p.${n}`, keys, { title: `Go to project ${n}`, category: 'Go to' });
  const commands = [command('z', ['?']), nth(1), nth(2), nth(3), command('none', [])];
  const rows = (own = {}) => cheatSheet(commands, keymapOf(commands, own, false));
  expect(rows()).toEqual([
    { category: 'Go to', rows: [{ title: 'Go to project 1…3', keys: ['Alt+1…3'] }] },
    { category: 'Panels', rows: [{ title: 'z', keys: ['?'] }] },
  ]);
  expect(rows({ 'p.2': ['F2'] })[0]?.rows.map(({ keys }) => keys)).toEqual([['Alt+1'], ['F2'], ['Alt+3']]);
});
