import { expect, test } from 'bun:test';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '@agor/runtime/testing';
import { World } from '../world/index.ts';

/** What the face shows as wrong with agor itself. */
async function problems(world: World): Promise<string[]> {
  using connection = await world.connect();
  for await (const frame of await connection.client.events.watch({})) {
    if (frame.kind === 'snapshot') return frame.problems.map(({ message }) => message);
  }
  throw new Error('the hub said nothing');
}

async function projects(world: World): Promise<string[]> {
  const listed = JSON.parse((await world.agor('project', 'ls', '--json')).stdout) as { name: string }[];
  return listed.map(({ name }) => name);
}

test('a groups.json that is broken by hand is said, kept as it is, and read again once it is mended', async () => {
  await using world = new World({ name: 'bad-groups' });
  await world.serve();
  await until('the demo is made', async () => (await projects(world)).length === 2);
  const before = await projects(world);
  const good = readFileSync(world.paths.groupsFile, 'utf8');
  const bad = good.replace('"groups"', '"grou');
  writeFileSync(world.paths.groupsFile, bad);
  await until('the problem is shown', async () =>
    (await problems(world)).some((said) => said.includes('is not valid')),
  );
  expect(await projects(world)).toEqual(before);
  expect(readFileSync(world.paths.groupsFile, 'utf8')).toBe(bad);

  const file = JSON.parse(good) as { groups: { projects: { name: string }[] }[] };
  const [project] = file.groups[0]?.projects ?? [];
  if (project) project.name = 'Mended';
  writeFileSync(world.paths.groupsFile, JSON.stringify({ ...file, ofTheFuture: 1 }));
  await until('the file is read again', async () => (await projects(world)).includes('Mended'));
  expect(await problems(world)).toEqual([]);
  // A change made in agor keeps what this version does not know.
  expect((await world.agor('project', 'add', world.folder('more'))).exitCode).toBe(0);
  expect(JSON.parse(readFileSync(world.paths.groupsFile, 'utf8'))).toMatchObject({ ofTheFuture: 1 });
});

test('a groups.json that is broken before the start hinders nothing and is left alone', async () => {
  await using world = new World({ name: 'bad-groups' });
  await world.serve();
  await world.stopHub();
  writeFileSync(world.paths.groupsFile, '[]');
  await world.serve();
  expect((await problems(world)).join()).toContain(world.paths.groupsFile);
  expect(readFileSync(world.paths.groupsFile, 'utf8')).toBe('[]');
  const run = await world.agor('run', '--provider', 'demo', '--cwd', world.folder('work'), 'say all is well');
  expect(run.exitCode).toBe(0);
});

test('a port that is in use is said with what to do, and nothing is left of the attempt', async () => {
  await using world = new World({ name: 'port' });
  using other = Bun.listen({ hostname: '127.0.0.1', port: 0, socket: { data() {} } });
  const { stderr, exitCode } = await world.agor('serve', '--port', String(other.port));
  expect(exitCode).toBe(1);
  expect(stderr).toContain(`port ${other.port} on 127.0.0.1 is in use by another program`);
  expect(stderr).toContain('--port');
  expect(world.leftovers()).toEqual([]);
  expect((await world.serve()).info.url).not.toContain(String(other.port));
});

test('a second hub on the same data folder is refused and says which one runs', async () => {
  await using world = new World({ name: 'second' });
  const { info } = await world.serve();
  const { stderr, exitCode } = await world.agor('serve', '--port', '0');
  expect(exitCode).toBe(1);
  expect(stderr).toContain(`already runs on the data folder ${world.paths.dataDir} (pid ${info.pid}`);
});

test('a folder that is not there fails the run with its name; a project whose folder went away keeps the prompt', async () => {
  await using world = new World({ name: 'no-cwd' });
  await world.serve();
  const nowhere = join(world.root, 'nowhere');
  const run = await world.agor('run', '--provider', 'demo', '--cwd', nowhere, 'say hello');
  expect(run.exitCode).toBe(1);
  expect(`${run.stderr}${run.stdout}`).toContain(nowhere);

  const folder = world.folder('gone');
  const id = (await world.agor('project', 'add', folder)).stdout.trim();
  rmSync(folder, { recursive: true });
  const lost = await world.agor('run', '--project', id, '--provider', 'demo', '--json', 'say hello');
  expect(lost.exitCode).toBe(1);
  expect(`${lost.stderr}${lost.stdout}`).toContain(folder);
  world.folder('gone');
  const found = await world.agor('run', '--project', id, '--provider', 'demo', '--json', 'say hello');
  expect(found.exitCode).toBe(0);
});
