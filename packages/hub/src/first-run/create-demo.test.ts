import { expect, test } from 'bun:test';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createLogger, systemClock } from '@agor/runtime';
import { tempDir } from '@agor/runtime/testing';
import { HubBus } from '../events/index.ts';
import { openGroups } from '../groups/index.ts';
import { Problems } from '../problems/index.ts';
import { createDemo } from './index.ts';

function setUp() {
  const temp = tempDir();
  const log = createLogger({ name: 'test', file: join(temp.path, 'log') });
  const bus = new HubBus(log);
  const problems = new Problems(bus, systemClock);
  const groups = openGroups({ file: join(temp.path, 'groups.json'), bus, problems, clock: systemClock, log });
  const end = () => {
    groups[Symbol.dispose]();
    temp[Symbol.dispose]();
  };
  return {
    groups,
    log,
    sandboxEnabled: true,
    dataDir: temp.path,
    shop: join(temp.path, 'demo', 'web-shop'),
    [Symbol.dispose]: end,
  };
}

test('without git the demo projects are plain folders, and say so', async () => {
  using at = setUp();
  await createDemo({ ...at, git: null });
  expect(existsSync(join(at.shop, 'README.md'))).toBe(true);
  expect(existsSync(join(at.shop, '.git'))).toBe(false);
  for (const project of at.groups.current.groups[0]?.projects ?? []) expect(project.description).toContain('git');
  expect(at.groups.current.groups[0]?.projects.map((project) => project.sandboxEnabled)).toEqual([true, true]);
});

test('what a start that was cut short left half-made is made anew; what the person changed stays', async () => {
  using at = setUp();
  mkdirSync(join(at.dataDir, 'demo', '.web-shop.new'), { recursive: true });
  mkdirSync(join(at.dataDir, 'demo', 'invoice-api'), { recursive: true });
  writeFileSync(join(at.dataDir, 'demo', 'invoice-api', 'README.md'), 'mine');
  await createDemo(at);
  expect(readdirSync(join(at.dataDir, 'demo')).sort()).toEqual(['invoice-api', 'web-shop']);
  expect(readFileSync(join(at.dataDir, 'demo', 'invoice-api', 'README.md'), 'utf8')).toBe('mine');
});

test('each of the demo projects has a test that fails, for an agent to find', async () => {
  using at = setUp();
  await createDemo(at);
  for (const project of at.groups.current.groups[0]?.projects ?? []) {
    const run = Bun.spawnSync(['node', '--test'], { cwd: project.cwd, env: { PATH: process.env.PATH ?? '' } });
    const words = run.stdout.toString();
    expect(words).toMatch(/fail 1\b/);
    expect(words).toMatch(/pass [12]\b/);
  }
});
