import { afterAll, beforeAll, expect, test } from 'bun:test';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isAlive, processRef } from '@agor/runtime';
import { until } from '@agor/runtime/testing';
import { World } from '../world/index.ts';

let world: World;
beforeAll(async () => {
  world = new World({ name: 'cli' });
  await world.serve();
  await until('the demo is made', async () => (await world.agor('project', 'ls')).stdout.includes('Demo/'));
});
afterAll(() => world[Symbol.asyncDispose]());

/** Runs a command that must work and returns its one JSON value. */
async function json(...args: string[]): Promise<unknown> {
  const { stdout, stderr, exitCode } = await world.agor(...args);
  expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
  return stdout === '' ? null : JSON.parse(stdout);
}

test('the first line of agor serve --json is url, token, pid and machinePid; SIGTERM ends the hub and nothing else', async () => {
  await using own = new World({ name: 'serve' });
  const { info, process: hub } = await own.serve();
  expect(Object.keys(info).sort()).toEqual(['machinePid', 'pid', 'token', 'url']);
  expect(info.pid).toBe(hub.pid);
  expect((await fetch(`${info.url}/health`)).status).toBe(200);
  const machine = processRef(info.machinePid ?? 0);
  expect(await own.stopHub()).toBe(0);
  expect(machine && isAlive(machine)).toBe(true);
  // Another hub takes over the same machine.
  expect((await own.serve()).info.machinePid).toBe(info.machinePid);
  expect(await own.shutdown()).toEqual([]);
});

test('settings are read back as they were set; a wrong one is refused with what would be right', async () => {
  expect(await json('config', 'get', 'theme')).toBe('mocha');
  await json('config', 'set', 'theme', '"latte"');
  expect(await json('config', 'get', 'theme')).toBe('latte');
  await json('config', 'set', 'providers.claude', '{"enabled":true,"env":{"FOO":"bar"}}');
  // The value is kept and not told; what is written back so is what is kept.
  const env = { FOO: 'kept://FOO' };
  expect(await json('config', 'get', 'providers.claude')).toMatchObject({ enabled: true, env });
  await json('config', 'set', 'providers.claude', JSON.stringify({ env: { BAZ: env.FOO } }));
  expect(await json('config', 'get', 'providers.claude')).toMatchObject({ env: { BAZ: 'kept://BAZ' } });

  expect(await world.agor('config', 'set', 'theme', 'latte')).toMatchObject({ exitCode: 2 });
  const wrong = await world.agor('config', 'set', 'term_font_size', '"big"');
  expect(wrong.exitCode).toBe(1);
  expect(wrong.stderr).toMatch(/number/);
  const unknown = await world.agor('config', 'set', 'no_such_setting', '1');
  expect(unknown.exitCode).toBe(1);
  expect(unknown.stderr).toContain('no_such_setting');
});

test('a project is added, listed and taken off again; its folder must be there', async () => {
  const folder = world.folder('bakery');
  const { stdout: id, exitCode } = await world.agor('project', 'add', folder, '--name', 'Bakery');
  expect(exitCode).toBe(0);
  const found = ((await json('project', 'ls', '--json')) as { id: string }[]).find((p) => p.id === id.trim());
  expect(found).toMatchObject({ name: 'Bakery', cwd: folder, groupName: 'Demo' });
  await json('project', 'rm', id.trim());
  expect(await json('project', 'ls', '--json')).not.toContainEqual(found);

  const missing = await world.agor('project', 'add', `${folder}/nowhere`);
  expect(missing.exitCode).toBe(1);
  expect(missing.stderr).toContain(`${folder}/nowhere`);
  const noGroup = await world.agor('project', 'add', folder, '--group', 'Bank');
  expect(noGroup.stderr).toContain('There is no group "Bank"; there are "Demo"');
});

test('projects that cannot be read are no empty list: the reason is told', async () => {
  await using own = new World({ name: 'groups' });
  mkdirSync(own.paths.configDir, { recursive: true });
  writeFileSync(join(own.paths.configDir, 'groups.json'), '{ broken');
  await own.serve();
  const { stdout, stderr } = await own.agor('project', 'ls');
  expect(stdout).not.toContain('No projects');
  expect(stderr).toContain('groups.json is not valid');
});

test("an agent is not started in agor's own folders", async () => {
  for (const own of [world.paths.dataDir, world.paths.configDir]) {
    const { stderr, exitCode } = await world.agor('run', '--provider', 'demo', '--cwd', own, 'say one');
    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: expect.stringContaining("lies in agor's own folder") });
  }
});

test('a session is listed, told, sent to, answered and stopped', async () => {
  const work = world.folder('sessions');
  expect((await world.agor('run', '--provider', 'demo', '--cwd', work, 'say one')).exitCode).toBe(0);
  const row = await world.session();
  expect(row).toMatchObject({ provider: 'demo', status: 'done', pendingAsks: [], projectId: null });
  expect(row.pid && processRef(row.pid)).toBeTruthy();
  const id = row.sessionId.slice(0, 12);

  const following = world.start('logs', id, '--json', '--follow');
  await following.says(/"text":"one"/);
  expect((await world.agor('send', id, 'say', 'two')).exitCode).toBe(0);
  await following.says(/"text":"two"/);
  following.interrupt();
  await following.ended;
  expect((await world.agor('logs', id)).stdout).toContain('two');
  expect((await world.messages(id)).map(({ type }) => type)).toEqual([
    'prompt',
    'init',
    'text',
    'cost',
    'prompt',
    'text',
    'cost',
  ]);

  await world.agor('send', id, 'plan');
  await until('the plan is asked about', async () => (await world.session()).pendingAsks.length === 1);
  const [askId = ''] = (await world.session()).pendingAsks;
  expect((await world.agor('answer', askId, 'begin with the tests')).exitCode).toBe(0);
  await until('the turn is over', async () => (await world.session()).status === 'done');
  expect(await world.said(row.sessionId)).toContain('The plan was rejected: begin with the tests');
  expect((await world.agor('answer', askId, 'allow')).exitCode).toBe(1);

  const runner = processRef((await world.session()).pid ?? 0);
  expect((await world.agor('stop', id)).exitCode).toBe(0);
  await until('the agent is gone', () => runner !== null && !isAlive(runner));
  expect(await world.agor('stop', 'nobody')).toMatchObject({ exitCode: 1 });
});

test('doctor finds this installation in order and names what runs', async () => {
  const { stdout } = await world.agor('doctor', '--json');
  const findings = JSON.parse(stdout) as { name: string; state: string; detail: string }[];
  expect(findings.filter(({ state }) => state === 'bad')).toEqual([]);
  expect(findings.find(({ name }) => name === 'hub')?.detail).toContain(world.serving.info.url.replace(/\/$/, ''));
  expect(findings.find(({ name }) => name === 'machine')?.detail).toContain(String(world.machinePid));
});

test('shutdown ends hub, machine, agents and what they started; a second one says that nothing ran', async () => {
  await using own = new World({ name: 'shutdown' });
  await own.agor('run', '--provider', 'demo', 'orphan 600');
  expect(own.leftovers().some((line) => line.includes('sleep 600'))).toBe(true);
  expect((await own.agor('shutdown')).stdout).toContain('agor has ended.');
  expect(own.leftovers()).toEqual([]);
  expect((await own.agor('shutdown')).stdout).toContain('agor was not running.');
  const asked = await own.agor('ps');
  expect(asked).toMatchObject({ exitCode: 1 });
  expect(asked.stderr).toContain('agor is not running');
});
