import { expect, test } from 'bun:test';
import { chmodSync, chownSync, mkdirSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { ensureDirs, ensurePrivateDir, PathError, resolvePaths, withRuntimeDir } from './paths.ts';
import { tempDir } from './testing.ts';

test('the data folder is chosen by command line, test variables, agor variables, XDG, home, in this order', () => {
  using dir = tempDir();
  const env = {
    HOME: join(dir.path, 'home'),
    XDG_DATA_HOME: join(dir.path, 'xdg'),
    AGOR_DATA_DIR: join(dir.path, 'agor'),
    AGOR_TEST: '1',
    AGOR_TEST_DATA_DIR: join(dir.path, 'test'),
  };
  const chosen = (e: Record<string, string | undefined>, dataDir?: string) =>
    resolvePaths(e, { dataDir }).dataDir.slice(dir.path.length);

  expect(chosen(env, join(dir.path, 'flag'))).toBe('/flag');
  expect(chosen(env)).toBe('/test');
  expect(chosen({ ...env, AGOR_TEST: undefined })).toBe('/agor');
  expect(chosen({ HOME: env.HOME, XDG_DATA_HOME: env.XDG_DATA_HOME })).toBe('/xdg/agor');
  expect(chosen({ HOME: env.HOME, XDG_DATA_HOME: 'relative' })).toBe('/home/.local/share/agor');
  expect(chosen({ HOME: env.HOME })).toBe('/home/.local/share/agor');
});

test('the config folder follows the same order', () => {
  const of = (env: Record<string, string>, configDir?: string) => resolvePaths({ HOME: '/h', ...env }, { configDir });
  const test = { AGOR_TEST: '1', AGOR_TEST_CONFIG_DIR: '/t', AGOR_CONFIG_DIR: '/a', XDG_CONFIG_HOME: '/x' };
  expect(of(test, '/flag').groupsFile).toBe('/flag/groups.json');
  expect(of(test).groupsFile).toBe('/t/groups.json');
  expect(of({ ...test, AGOR_TEST: '0' }).groupsFile).toBe('/a/groups.json');
  expect(of({ XDG_CONFIG_HOME: '/x' }).groupsFile).toBe('/x/agor/groups.json');
  expect(of({}).groupsFile).toBe('/h/.config/agor/groups.json');
});

test('two names of one data folder lead to the same sockets, before and after it exists', () => {
  using dir = tempDir();
  symlinkSync(dir.path, join(dir.path, 'link'));
  const real = { HOME: '/h', AGOR_DATA_DIR: join(dir.path, 'data') };
  const linked = { HOME: '/h', AGOR_DATA_DIR: join(dir.path, 'link', 'data') };
  const before = resolvePaths(linked);
  expect(before).toEqual(resolvePaths(real));
  mkdirSync(join(dir.path, 'data'));
  expect(resolvePaths(linked)).toEqual(before);
});

test('sockets go to the user runtime folder if there is one, else to a folder of this user in /tmp', () => {
  using dir = tempDir();
  const env = { HOME: '/h', AGOR_DATA_DIR: '/d' };
  expect(resolvePaths({ ...env, XDG_RUNTIME_DIR: dir.path }).controlSocket).toMatch(
    new RegExp(`^${dir.path}/agor-[0-9a-f]{10}/control\\.sock$`),
  );
  const uid = process.getuid?.();
  for (const missing of [undefined, join(dir.path, 'missing'), 'relative']) {
    expect(resolvePaths({ ...env, XDG_RUNTIME_DIR: missing }).runtimeDir).toMatch(new RegExp(`^/tmp/agor-${uid}-`));
  }
});

test('a machine that listens in another runtime folder is reached there', () => {
  const paths = resolvePaths({ HOME: '/h' });
  const moved = withRuntimeDir(paths, '/run/other');
  expect(moved.controlSocket).toBe('/run/other/control.sock');
  expect({ ...moved, ...withRuntimeDir(paths, paths.runtimeDir) }).toEqual(paths);
});

test('a socket path that is too long is refused with what to do', () => {
  using dir = tempDir();
  const long = join(dir.path, 'x'.repeat(90));
  mkdirSync(long);
  expect(() => resolvePaths({ HOME: '/h', XDG_RUNTIME_DIR: long })).toThrow(/Set XDG_RUNTIME_DIR to a shorter folder/);
});

test('all folders are made for their user only', () => {
  using dir = tempDir();
  const paths = resolvePaths({ HOME: dir.path, XDG_RUNTIME_DIR: dir.path });
  ensureDirs(paths);
  ensureDirs(paths);
  for (const made of [paths.dataDir, paths.configDir, paths.runtimeDir, paths.machineDir, paths.logsDir]) {
    expect(statSync(made).mode & 0o777).toBe(0o700);
  }
});

test('a runtime folder that is a link, or belongs to someone else, is refused; one that is too open is closed', () => {
  using dir = tempDir();
  const at = (name: string) => join(dir.path, name);
  mkdirSync(at('open'));
  chmodSync(at('open'), 0o777);
  ensurePrivateDir(at('open'));
  expect(statSync(at('open')).mode & 0o777).toBe(0o700);

  symlinkSync(at('open'), at('link'));
  expect(() => ensurePrivateDir(at('link'))).toThrow(PathError);

  let foreign = '/'; // root's, for whoever is not root
  if (process.getuid?.() === 0) {
    foreign = at('foreign');
    mkdirSync(foreign);
    chownSync(foreign, 65_534, 65_534);
  }
  expect(() => ensurePrivateDir(foreign)).toThrow(/belongs to user/);
});
