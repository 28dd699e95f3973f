import { expect, test } from 'bun:test';
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { CommandId, type GroupsFile, newId, ProjectChanges } from '@agor/protocol';
import { createLogger, systemClock } from '@agor/runtime';
import { tempDir, until } from '@agor/runtime/testing';
import { HubBus } from '../events/index.ts';
import { Problems } from '../problems/index.ts';
import {
  acceptRepoSettings,
  activateGroup,
  addGroup,
  addProject,
  findProject,
  hasDemo,
  openGroups,
  projectForCwd,
  projectRunConfig,
  readRepoSettings,
  removeDemo,
  removeGroup,
  removeProject,
  updateGroup,
  updateProject,
} from './index.ts';

function setUp() {
  const temp = tempDir();
  const config = join(temp.path, 'config');
  const file = join(config, 'groups.json');
  mkdirSync(config);
  const log = createLogger({ name: 'test', file: join(temp.path, 'log') });
  const bus = new HubBus(log);
  const problems = new Problems(bus, systemClock);
  const heard: GroupsFile[] = [];
  bus.on('groups', (groups) => heard.push(groups));
  const open = () => openGroups({ file, bus, problems, clock: systemClock, log });
  const folder = (name: string) => {
    const path = join(temp.path, 'code', name);
    mkdirSync(path, { recursive: true });
    return path;
  };
  const own = [config, join(temp.path, 'data')];
  return {
    dir: temp.path,
    file,
    config,
    open,
    problems,
    heard,
    folder,
    own,
    [Symbol.dispose]: () => temp[Symbol.dispose](),
  };
}
const command = () => newId(CommandId);
const failure = (work: () => unknown): { code: string; message: string } => {
  try {
    work();
  } catch (error) {
    return error as { code: string; message: string };
  }
  throw new Error('it did not fail');
};

test('without a file there are no groups, and none is written until something is added', () => {
  using at = setUp();
  using store = at.open();
  expect(store.current).toEqual({ version: 1, groups: [], activeGroupId: '' });
  expect(store.existed).toBe(false);
  expect(readdirSync(at.config)).toEqual([]);
});

test('groups and projects are added, changed and removed, and the file says so', () => {
  using at = setUp();
  using store = at.open();
  const work = addGroup(store, { commandId: command(), name: 'Work' });
  const home = addGroup(store, { commandId: command(), name: 'Home' });
  expect(store.current.activeGroupId).toBe(home);
  activateGroup(store, work);
  updateGroup(store, work, { budget: { hardUsd: 5 } });
  updateGroup(store, work, { name: 'Office' });
  expect(store.current.groups[0]?.budget).toEqual({ hardUsd: 5 });
  updateGroup(store, work, { budget: null });
  expect(store.current.groups[0]).not.toHaveProperty('budget');
  const shop = addProject(store, { commandId: command(), cwd: at.folder('shop') }, at.own);
  updateProject(store, shop, ProjectChanges.parse({ model: 'opus', description: 'sells' }), at.own);
  updateProject(store, shop, ProjectChanges.parse({ model: null }), at.own);
  const saved = JSON.parse(readFileSync(at.file, 'utf8'));
  expect(saved.activeGroupId).toBe(work);
  expect(saved.groups[0]).toMatchObject({ name: 'Office', projects: [{ identifier: 'shop', description: 'sells' }] });
  expect(saved.groups[0].projects[0]).not.toHaveProperty('model');
  expect(statSync(at.file).mode & 0o777).toBe(0o600);
  removeProject(store, shop);
  removeGroup(store, work);
  expect(store.current.groups.map((group) => group.name)).toEqual(['Home']);
  expect(store.current.activeGroupId).toBe(home);
  expect(failure(() => removeGroup(store, work)).code).toBe('NOT_FOUND');
});

test('the same command adds once, also by a hub that was started again', () => {
  using at = setUp();
  const once = command();
  const input = { commandId: once, cwd: at.folder('shop') };
  let first: string;
  {
    using store = at.open();
    first = addProject(store, input, at.own);
  }
  using store = at.open();
  expect(addProject(store, input, at.own)).toBe(first as never);
  expect(store.current.groups.flatMap((group) => group.projects)).toHaveLength(1);
});

test('fields that agor does not know survive every change, at every level', () => {
  using at = setUp();
  const cwd = at.folder('a');
  const project = { id: 'p1', name: 'A', identifier: 'a', cwd, newer: { deep: [1] } };
  const role = { id: 'r1', name: 'Manager', role: 'manager', enabled: true, wakeThreshold: 0.5, x: 1 };
  const group = { id: 'g1', name: 'G', colour: 'red', projects: [project], agents: [role] };
  writeFileSync(at.file, JSON.stringify({ version: 1, groups: [group], activeGroupId: 'g1', layout: 'wide' }));
  using store = at.open();
  updateProject(store, 'p1' as never, ProjectChanges.parse({ name: 'B' }), at.own);
  addProject(store, { commandId: command(), cwd: at.folder('b') }, at.own);
  const saved = JSON.parse(readFileSync(at.file, 'utf8'));
  expect(saved.layout).toBe('wide');
  expect(saved.groups[0].colour).toBe('red');
  expect(saved.groups[0].agents[0]).toEqual(role);
  expect(saved.groups[0].projects[0]).toMatchObject({ name: 'B', newer: { deep: [1] } });
});

test('a folder that cannot be a project is refused in words', () => {
  using at = setUp();
  using store = at.open();
  writeFileSync(join(at.dir, 'file'), '');
  mkdirSync(join(at.dir, 'data', 'x'), { recursive: true });
  symlinkSync(join(at.dir, 'data'), join(at.dir, 'link'));
  const why = (cwd: string) => failure(() => addProject(store, { commandId: command(), cwd }, at.own)).message;
  expect(why('relative/path')).toContain('no absolute path');
  expect(why(join(at.dir, 'nowhere'))).toContain('no such folder');
  expect(why(join(at.dir, 'file'))).toContain('is no folder');
  expect(why(join(at.dir, 'link', 'x'))).toContain("agor's own folder");
  addProject(store, { commandId: command(), cwd: at.folder('shop'), name: 'Shop' }, at.own);
  symlinkSync(at.folder('shop'), join(at.dir, 'same'));
  expect(why(join(at.dir, 'same'))).toContain('already in the group "Projects", as "Shop"');
});

test('identifiers are made of names and are unique over all groups', () => {
  using at = setUp();
  using store = at.open();
  const add = (folder: string, name: string) => {
    const id = addProject(store, { commandId: command(), cwd: at.folder(folder), name }, at.own);
    return findProject(store.current, id)?.project.identifier;
  };
  expect(add('1', 'Żółw Shop (v2)')).toBe('zolw-shop-v2');
  addGroup(store, { commandId: command(), name: 'Other' });
  expect(add('2', 'zolw shop v2')).toBe('zolw-shop-v2-2');
  expect(add('3', '店')).toBe('project');
});

test('a file that is not valid is left alone, named by line and field, and kept aside when agor must write', () => {
  using at = setUp();
  const bad =
    '{\n  "version": 1,\n  "groups": [\n    { "id": "g", "name": "G", "projects": [{ "id": "p", "name": 7 }] }\n  ]\n}';
  writeFileSync(at.file, bad);
  using store = at.open();
  expect(store.current.groups).toEqual([]);
  expect(at.problems.list()[0]?.message).toMatch(/line 4, field groups\.0\.projects\.0\.name/);
  expect(readFileSync(at.file, 'utf8')).toBe(bad);
  addGroup(store, { commandId: command(), name: 'New' });
  const aside = readdirSync(at.config).find((name) => name.startsWith('groups.json.bad-'));
  expect(readFileSync(join(at.config, aside ?? ''), 'utf8')).toBe(bad);
  expect(at.problems.list()).toEqual([]);
  expect(JSON.parse(readFileSync(at.file, 'utf8')).groups[0].name).toBe('New');
});

test.each([
  ['{"version": 1,\n "groups": [,]}', /line 2, column 13: expected a value, found ",]}"/],
  ['{"version": 1', /line 1, column 14: expected "}" or ","/],
  ['{"version": 2, "groups": []}', /version 2, this agor knows version 1/],
  ['', /line 1, column 1: expected a value, found the end of the file/],
  ['{"version":1,"groups":[{"id":"a","name":"A"},{"id":"a","name":"B"}]}', /the id "a" \(B\) is used twice/],
])('what is wrong with %j is said', (text, message) => {
  using at = setUp();
  writeFileSync(at.file, text);
  using _store = at.open();
  expect(at.problems.list()[0]?.message).toMatch(message);
});

test('what is edited outside is read at once; our own writes are no news', async () => {
  using at = setUp();
  using store = at.open();
  const id = addGroup(store, { commandId: command(), name: 'Mine' });
  expect(at.heard).toHaveLength(1);
  const edited = readFileSync(at.file, 'utf8').replace('Mine', 'Theirs');
  writeFileSync(`${at.file}.swp`, edited);
  renameSync(`${at.file}.swp`, at.file);
  await until('the edit is heard of', () => at.heard.length === 2);
  expect(store.current.groups[0]?.name).toBe('Theirs');

  writeFileSync(at.file, 'not json');
  await until('the problem is raised', () => at.problems.list().length === 1);
  expect(store.current.groups[0]?.id).toBe(id);
  writeFileSync(at.file, edited.replace('Theirs', 'Mended'));
  await until('it is mended', () => at.problems.list().length === 0);
  expect(store.current.groups[0]?.name).toBe('Mended');

  rmSync(at.file);
  await until('its absence is told', () => at.problems.list().length === 1);
  expect(store.current.groups[0]?.name).toBe('Mended');
  activateGroup(store, id);
});

test('a change is made to what the file says now, also when its watcher has not spoken yet', () => {
  using at = setUp();
  using store = at.open();
  addGroup(store, { commandId: command(), name: 'One' });
  writeFileSync(at.file, readFileSync(at.file, 'utf8').replace('One', 'Renamed outside'));
  addGroup(store, { commandId: command(), name: 'Two' });
  expect(store.current.groups.map((group) => group.name)).toEqual(['Renamed outside', 'Two']);
});

test('a session belongs to the innermost project that its folder lies in', () => {
  using at = setUp();
  using store = at.open();
  const outer = addProject(store, { commandId: command(), cwd: at.folder('mono') }, at.own);
  const inner = addProject(store, { commandId: command(), cwd: at.folder('mono/app') }, at.own);
  expect(projectForCwd(store.current, at.folder('mono/app/src'))?.project.id).toBe(inner);
  expect(projectForCwd(store.current, at.folder('mono/lib'))?.project.id).toBe(outer);
  expect(projectForCwd(store.current, at.folder('monolith'))).toBeNull();
  symlinkSync(at.folder('mono/app'), join(at.dir, 'app'));
  expect(projectForCwd(store.current, join(at.dir, 'app'))?.project.id).toBe(inner);
});

test("a repository's own settings count only as long as they are what the person accepted", () => {
  using at = setUp();
  using store = at.open();
  const cwd = at.folder('repo');
  const id = addProject(store, { commandId: command(), cwd }, at.own);
  const project = () => {
    const placed = findProject(store.current, id);
    if (!placed) throw new Error('the project is gone');
    return placed.project;
  };
  expect(projectRunConfig(project()).settingSources).toEqual(['user', 'project', 'local']); // it brings none
  mkdirSync(join(cwd, '.claude'));
  writeFileSync(join(cwd, '.claude/settings.json'), '{"hooks":{}}');
  const shown = readRepoSettings(project());
  expect(shown).toMatchObject({ accepted: false, files: [{ path: '.claude/settings.json', content: '{"hooks":{}}' }] });
  expect(projectRunConfig(project()).settingSources).toEqual(['user']);
  acceptRepoSettings(store, id, shown.hash);
  expect(projectRunConfig(project()).settingSources).toEqual(['user', 'project', 'local']);

  writeFileSync(join(cwd, '.mcp.json'), '{}');
  expect(projectRunConfig(project()).settingSources).toEqual(['user']);
  expect(failure(() => acceptRepoSettings(store, id, shown.hash)).code).toBe('CONFLICT');
  rmSync(join(cwd, '.mcp.json'));
  acceptRepoSettings(store, id, null);
  expect(readRepoSettings(project()).accepted).toBe(false);

  rmSync(join(cwd, '.claude/settings.json'));
  writeFileSync(join(at.dir, 'outside.json'), '{}');
  symlinkSync(join(at.dir, 'outside.json'), join(cwd, '.claude/settings.json'));
  expect(failure(() => readRepoSettings(project())).message).toContain('a link out of the project');
  expect(projectRunConfig(project()).settingSources).toEqual(['user']);
});

test('the acceptance, the id and the identifier are not to be changed with the other fields', () => {
  using at = setUp();
  using store = at.open();
  const id = addProject(store, { commandId: command(), cwd: at.folder('a') }, at.own);
  for (const field of ['id', 'identifier', 'acceptedRepoSettings', 'demo']) {
    expect(failure(() => updateProject(store, id, ProjectChanges.parse({ [field]: 'x' }), at.own)).code).toBe(
      'REJECTED',
    );
  }
});

test('the demo goes, and its group only when nothing else is in it', () => {
  using at = setUp();
  using store = at.open();
  const own = at.own;
  const group = addGroup(store, { commandId: command(), name: 'Demo' });
  addProject(store, { commandId: command(), cwd: at.folder('d1'), demo: true }, own);
  const mine = addProject(store, { commandId: command(), cwd: at.folder('mine') }, own);
  expect(hasDemo(store.current)).toBe(true);
  removeDemo(store);
  expect(store.current.groups.map(({ name, projects }) => [name, projects.map(({ id }) => id)])).toEqual([
    ['Projects', [mine]],
  ]);
  removeProject(store, mine);
  addProject(store, { commandId: command(), groupId: group, cwd: at.folder('d2'), demo: true }, own);
  removeDemo(store);
  expect(store.current.groups).toEqual([]);
  expect(hasDemo(store.current)).toBe(false);
});
