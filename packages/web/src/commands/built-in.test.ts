import { expect, test } from 'vitest';
import { App } from '../state/app.svelte.ts';
import { sampleHub } from '../testing/sample-data.ts';
import { categories } from './command.ts';
import { defaultKeys } from './keymap.ts';

function openApp() {
  return new App({ client: sampleHub().client(), state: 'connected', since: null }, () => {});
}

test('every command has an id of its own, a title, a known category, and keys that can be pressed and are nobody else’s', async () => {
  using app = openApp();
  await expect.poll(() => app.watch.ready).toBe(true);
  const { all, keymap, mac } = app.commandList;
  expect(all.length).toBeGreaterThan(50);
  expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
  for (const command of all) {
    expect(command.id, command.title).toMatch(/^[a-z][\w-]*(\.[\w:./@-]+)+$/i);
    expect(command.title.trim(), command.id).not.toBe('');
    expect(categories, command.id).toContain(command.category);
    for (const system of [true, false]) {
      const keys = (system && command.macKeys) || command.keys || [];
      expect(defaultKeys(command, system), command.id).toHaveLength(keys.length);
    }
  }
  expect([...keymap.conflicts.keys()], `conflicts${mac ? ' on a Mac' : ''}`).toEqual([]);
});

test('what is registered twice shows the first, and goes when it is taken back', async () => {
  using app = openApp();
  await expect.poll(() => app.watch.ready).toBe(true);
  const done: string[] = [];
  const command = (title: string) => ({
    id: 'plugin.hello',
    title,
    category: 'Plugins' as const,
    run: () => done.push(title),
  });
  const endFirst = app.commandList.register([command('first')]);
  const endSecond = app.commandList.register(() => [command('second')]);
  expect(app.commandList.run('plugin.hello')).toBe(true);
  endFirst();
  expect(app.commandList.get('plugin.hello')?.title).toBe('second');
  endSecond();
  expect(app.commandList.run('plugin.hello')).toBe(false);
  expect(done).toEqual(['first']);
});
