import { expect, test } from 'bun:test';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { PluginManifest, PluginPanel, PluginStatusItem, pluginValues } from '@agor/protocol';

const EXAMPLES = resolve(import.meta.dirname, '..', '..', 'examples', 'plugins');
const HOUR = 3_600_000;

/** Runs an example as agor does, over an `agor` that writes down what it is asked. */
async function run(name: string, answers: { sessions?: unknown[]; tasks?: unknown[] }) {
  const file = (of: string) => readFileSync(join(EXAMPLES, name, of), 'utf8');
  const manifest = PluginManifest.parse(JSON.parse(file('plugin.json')));
  const values = pluginValues(manifest.settings, {});
  const told: { title: string; options: { key: string } }[] = [];
  const commands = new Map<string, () => unknown>();
  const events = new Map<string, () => unknown>();
  let panel: PluginPanel | null = null;
  let item: PluginStatusItem | null = null;
  let opened = 0;
  const agor = {
    settings: { get: (key: string) => values[key], onChange: () => {} },
    palette: { registerCommand: (title: string, callback: () => unknown) => commands.set(title, callback) },
    events: { on: (event: string, listener: () => unknown) => events.set(event, listener) },
    sessions: { list: async () => answers.sessions ?? [] },
    tasks: { list: async () => answers.tasks ?? [] },
    notifications: { send: async (title: string, options: { key: string }) => told.push({ title, options }) },
    ui: {
      panel: (of: unknown) => {
        panel = PluginPanel.parse(of);
      },
      statusItem: (of: unknown) => {
        item = of === null ? null : PluginStatusItem.parse(of);
      },
      openPanel: () => opened++,
    },
  };
  const program = new Function(
    'agor',
    'setInterval',
    `return (async () => { "use strict";\n${file('index.js')}\n})();`,
  );
  await program(agor, () => 0);
  const said = () => JSON.stringify(panel);
  return { manifest, told, commands, events, said, item: () => item, opened: () => opened };
}

const session = (more: object) => ({
  title: 'Round totals',
  project: 'Shop',
  provider: 'demo',
  status: 'idle',
  turns: 2,
  costUsd: 0.5,
  ...more,
});
const task = (more: object) => ({
  id: 'task-1',
  title: 'Round totals',
  status: 'review',
  version: 3,
  updatedAt: Date.now(),
  ...more,
});

test('the standup says by project what was done, what waits for the person and which tasks moved', async () => {
  const old = task({ title: 'Long ago', updatedAt: Date.now() - 90 * HOUR });
  const at = await run('standup', {
    sessions: [session({}), session({ status: 'waiting', title: 'Ask me' })],
    tasks: [task({}), old],
  });
  expect(at.said()).toContain('Shop');
  expect(at.said()).toContain('4 turns, $1.00');
  expect(at.said()).toContain('Waiting for you');
  expect(at.said()).not.toContain('Long ago');
  expect(at.item()?.text).toBe('2 since yesterday');
  await [...at.commands.values()][0]?.();
  expect(at.opened()).toBe(1);
});

test('a day without work is said to be one', async () => {
  const at = await run('standup', {});
  expect(at.said()).toContain('Nothing happened');
});

test('the review reminder counts what waits, and tells of what waits too long by a key of its own', async () => {
  const late = task({ id: 'task-2', title: 'Late', updatedAt: Date.now() - HOUR });
  const at = await run('review-reminder', { tasks: [task({}), late, task({ status: 'done' })] });
  expect(at.item()).toMatchObject({ text: '2 in review', tone: 'warning' });
  expect(at.told.map(({ options }) => options.key)).toEqual(['task-2:3']);
});

test('with nothing in review there is no item in the status bar', async () => {
  const at = await run('review-reminder', { tasks: [task({ status: 'todo' })] });
  expect(at.item()).toBeNull();
  expect(at.told).toEqual([]);
});

test('the examples ask for what they use and for nothing else', async () => {
  for (const name of ['standup', 'review-reminder']) {
    const { manifest } = await run(name, {});
    const code = readFileSync(join(EXAMPLES, name, 'index.js'), 'utf8');
    for (const permission of manifest.permissions) expect(code).toContain(`agor.${permission.split(':')[0]}.`);
  }
});
