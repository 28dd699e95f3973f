import { expect, test } from 'bun:test';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { UserThemes } from '@agor/protocol';
import { createLogger, systemClock } from '@agor/runtime';
import { tempDir } from '@agor/runtime/testing';
import { HubBus } from '../events/index.ts';
import { Themes } from './index.ts';

const MINE = JSON.stringify({ label: 'Mine', isDark: true, colors: { base: '#101020', text: '#EEEEFF' } });

function setUp() {
  const temp = tempDir();
  const log = createLogger({ name: 'test', file: join(temp.path, 'log') });
  const bus = new HubBus(log);
  const folder = join(temp.path, 'config', 'themes');
  const themes = new Themes({ folder, bus, clock: systemClock, log });
  const told = () => new Promise<UserThemes>((resolve) => bus.on('themes', resolve));
  const end = () => {
    themes[Symbol.dispose]();
    temp[Symbol.dispose]();
  };
  return { folder, themes, told, [Symbol.dispose]: end };
}

test('a theme that is imported is a file, can be chosen, and is gone when it is removed', () => {
  using at = setUp();
  expect(at.themes.import('mine.json', MINE)).toBe('user:mine');
  expect(at.themes.current.themes).toEqual([
    { id: 'user:mine', file: 'mine.json', label: 'Mine', isDark: true, colors: { base: '#101020', text: '#eeeeff' } },
  ]);
  expect(() => at.themes.import('mine', MINE)).toThrow(/mine\.json already/);
  at.themes.remove('user:mine');
  expect(existsSync(join(at.folder, 'mine.json'))).toBe(false);
  expect(() => at.themes.remove('user:mine')).toThrow(/no such theme/);
});

test('a name can not leave the folder', () => {
  using at = setUp();
  for (const name of ['../evil', '/etc/evil', '.hidden', 'a/b', ''])
    expect(() => at.themes.import(name, MINE)).toThrow(/name of a file/);
});

test('a file that somebody writes is there without a restart', async () => {
  using at = setUp();
  const told = at.told();
  writeFileSync(join(at.folder, 'late.json'), MINE);
  expect((await told).themes.map(({ id }) => id)).toEqual(['user:late']);
});

test('a file with a mistake is told with its name, the field and what it takes', async () => {
  using at = setUp();
  const told = at.told();
  writeFileSync(join(at.folder, 'bad.json'), '{"label":"B","isDark":true,"colors":{"base":"red","bass":"#000000"}}');
  const { problems, themes } = await told;
  expect(themes).toEqual([]);
  expect(problems[0]?.file).toBe('bad.json');
  expect(problems[0]?.message).toContain('colors.base: a colour is written as #rrggbb');
  expect(problems[0]?.message).toContain('bass');
});

test('what is no JSON is refused in words', () => {
  using at = setUp();
  expect(() => at.themes.import('x', 'no json')).toThrow(/it is not JSON/);
});
