import { expect, test } from 'bun:test';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { resolvePaths } from '@agor/runtime';
import { tempDir } from '@agor/runtime/testing';
import { VERSION } from '../version.ts';
import type { Finding } from './finding.ts';
import { groupsFile } from './groups-file.ts';
import { isReachable, machineFindings } from './machine-sockets.ts';
import { pathSockets } from './path-sockets.ts';

const main = join(import.meta.dir, '..', 'main.ts');

async function agor(home: string, ...args: string[]): Promise<{ code: number; out: string }> {
  const env = {
    PATH: process.env.PATH ?? '',
    HOME: home,
    AGOR_DATA_DIR: join(home, 'data'),
    AGOR_CONFIG_DIR: join(home, 'config'),
  };
  const child = Bun.spawn([process.execPath, main, ...args], { env, stdout: 'pipe', stderr: 'inherit' });
  const out = await new Response(child.stdout).text();
  return { code: await child.exited, out };
}

test('agor --version tells version and build', async () => {
  using dir = tempDir();
  const { code, out } = await agor(dir.path, '--version');
  expect(code).toBe(0);
  expect(out).toMatch(new RegExp(`^agor ${VERSION} \\(build \\w+\\)\n$`));
});

test('doctor looks at kernel, files and programs without starting anything, and fails for a broken groups.json', async () => {
  using dir = tempDir();
  const first = await agor(dir.path, 'doctor', '--json');
  const findings = JSON.parse(first.out) as Finding[];
  const states = new Map(findings.map(({ name, state }) => [name, state]));
  expect(first.code).toBe(0);
  for (const name of [
    'build',
    'folders',
    'disk',
    'git',
    'groups.json',
    'subreaper',
    'Landlock',
    'hub',
    'machine',
    'Claude',
  ])
    expect(states.has(name)).toBe(true);
  if (process.platform === 'linux') expect(states.get('subreaper')).toBe('good');
  writeFileSync(join(dir.path, 'config', 'groups.json'), '{"version": 1, "groups": [{"id": "a"}]}');
  const second = await agor(dir.path, 'doctor');
  expect(second.code).toBe(1);
  expect(second.out).toMatch(/bad .*groups\.json.*groups\.0\.name/);
});

test('groups.json: none yet, what it holds, or what is wrong with it', () => {
  using dir = tempDir();
  const path = join(dir.path, 'groups.json');
  expect(groupsFile(path)).toMatchObject({ state: 'good', detail: 'not there yet' });
  writeFileSync(path, JSON.stringify({ version: 1, groups: [{ id: 'g', name: 'G', projects: [] }] }));
  expect(groupsFile(path)).toMatchObject({ state: 'good', detail: '1 group, 0 projects' });
  writeFileSync(path, '{');
  expect(groupsFile(path)).toMatchObject({ state: 'bad', detail: expect.stringContaining('is no JSON') });
});

test('sockets that give more than files are told if they are there, and only then', () => {
  using dir = tempDir();
  const [ssh, bus, tmux] = [join(dir.path, 'ssh'), join(dir.path, 'bus'), join(dir.path, 'tmp/tmux-7/default')];
  const env = {
    SSH_AUTH_SOCK: ssh,
    DBUS_SESSION_BUS_ADDRESS: `unix:path=${bus},guid=1`,
    XDG_RUNTIME_DIR: join(dir.path, 'run'),
  };
  expect(pathSockets(env, 7, dir.path)).toEqual([]);
  mkdirSync(join(dir.path, 'tmp/tmux-7'), { recursive: true });
  writeFileSync(join(dir.path, 'run'), 'no folder');
  const servers = [ssh, bus, tmux].map((unix) => Bun.serve({ unix, fetch: () => new Response() }));
  const found = pathSockets(env, 7, dir.path);
  expect(found.map(({ name, state }) => [name, state])).toEqual([
    ['ssh agent', 'info'],
    ['D-Bus', 'info'],
    ['tmux', 'info'],
  ]);
  expect(found[0]?.detail).toBe(`${ssh}: signs with your keys`);
  for (const server of servers) void server.stop(true);
});

test('a socket counts as reachable while somebody listens; a file alone is none', async () => {
  using dir = tempDir();
  const path = join(dir.path, 's');
  expect(await isReachable(path)).toBe(false);
  const server = Bun.listen({ unix: path, socket: { data() {} } });
  expect(await isReachable(path)).toBe(true);
  server.stop(true);
  rmSync(path, { force: true });
  writeFileSync(path, '');
  expect(await isReachable(path)).toBe(false);
});

test('a machine that does not run is bad only while a hub does', async () => {
  using dir = tempDir();
  const paths = resolvePaths({ HOME: dir.path });
  expect(await machineFindings(paths, false)).toMatchObject([{ name: 'machine', state: 'good' }]);
  expect(await machineFindings(paths, true)).toMatchObject([{ name: 'machine', state: 'bad' }]);
});
