import { expect, setDefaultTimeout, test } from 'bun:test';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildId, programCommand, webRoot } from './programs.ts';
import { tempDir } from './testing.ts';

setDefaultTimeout(60_000); // for a loaded computer

test('a bundled program starts its siblings from its own build', () => {
  using dir = tempDir();
  const dist = { dir: join(dir.path, 'dist', 'abc123') };
  mkdirSync(join(dist.dir, 'web'), { recursive: true });
  for (const name of ['build.json', 'machine.js', 'runner-demo.js']) writeFileSync(join(dist.dir, name), '');
  expect(programCommand('machine', dist).at(0)).toBe(process.execPath);
  expect(programCommand('machine', dist).at(-1)).toBe(join(dist.dir, 'machine.js'));
  expect(programCommand('runner-demo', dist).at(-1)).toBe(join(dist.dir, 'runner-demo.js'));
  expect(() => programCommand('hub', dist)).toThrow(/hub\.js is missing/);
  expect(buildId(dist)).toBe('abc123');
  expect(webRoot(dist)).toBe(join(dist.dir, 'web'));
});

test('from source there is no build and no built face, and an unknown program is named', () => {
  expect(buildId()).toBe('source');
  expect(webRoot()).toBeNull();
  expect(() => programCommand('runner-nobody', import.meta)).toThrow(
    /no program "runner-nobody".*providers\/src\/nobody\/main\.ts/,
  );
});

test('a project folder cannot decide how a program of ours runs: its .env and bunfig.toml are not read', async () => {
  using dir = tempDir();
  const project = join(dir.path, 'project');
  mkdirSync(project);
  writeFileSync(join(project, '.env'), 'PLANTED=1\n');
  writeFileSync(join(project, 'bunfig.toml'), 'preload = ["./planted.ts"]\n');
  writeFileSync(join(project, 'planted.ts'), 'console.log("planted code ran");\n');
  writeFileSync(join(dir.path, 'build.json'), '{}');
  writeFileSync(join(dir.path, 'hub.js'), 'console.log(process.env.PLANTED);\n');
  const child = Bun.spawn(programCommand('hub', { dir: dir.path }), { cwd: project, stdout: 'pipe' });
  expect(await child.stdout.text()).toBe('undefined\n');
});
