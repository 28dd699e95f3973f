import { afterEach, beforeEach, expect, test } from 'bun:test';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { ProjectConfig } from '@agor/protocol';
import { tempDir } from '@agor/runtime/testing';
import { profileFolder, requireProfile } from './profile.ts';
import { projectRunConfig } from './project-run-config.ts';

const home = process.env.HOME;
let dir: ReturnType<typeof tempDir>;
beforeEach(() => {
  dir = tempDir();
  process.env.HOME = dir.path;
});
afterEach(() => {
  process.env.HOME = home;
  dir[Symbol.dispose]();
});

const profiles = () => join(dir.path, '.config', 'switcher-claude');
const project = (profile?: string) =>
  ProjectConfig.parse({ id: 'p', name: 'P', identifier: 'p', cwd: dir.path, profile });

test("a project's agent runs with the folder of its Claude profile, and without one by default", () => {
  expect(projectRunConfig(project()).claudeConfigDir).toBeUndefined();
  expect(projectRunConfig(project('default')).claudeConfigDir).toBeUndefined();
  expect(projectRunConfig(project('work@acme')).claudeConfigDir).toBe(join(profiles(), 'work@acme'));
});

test('a name that is no name never leads out of the folder of the profiles', () => {
  for (const name of ['..', '.', '../../x', '/etc', 'a/b', '.hidden'])
    expect(profileFolder(name)).toMatch(new RegExp(`^${profiles()}/no profile [^/]*$`));
});

test('a profile is chosen only if it is there', () => {
  expect(() => requireProfile('work')).toThrow(
    /There is no Claude profile "work": .*switcher-claude\/work is no folder/,
  );
  mkdirSync(join(profiles(), 'work'), { recursive: true });
  requireProfile('work');
  requireProfile('default');
});
