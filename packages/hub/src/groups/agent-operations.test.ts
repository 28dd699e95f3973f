import { afterEach, beforeEach, expect, test } from 'bun:test';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { CommandId, type GroupId, newId, RoleConfig, TeamRole } from '@agor/protocol';
import { createLogger, systemClock } from '@agor/runtime';
import { tempDir } from '@agor/runtime/testing';
import { HubBus } from '../events/index.ts';
import { Problems } from '../problems/index.ts';
import {
  addAgent,
  addGroup,
  addProject,
  findMember,
  type GroupsFileStore,
  openGroups,
  projectRunConfig,
  removeAgent,
  removeRole,
  setRole,
  updateAgent,
} from './index.ts';

const manager = TeamRole.parse('manager');
let dir: ReturnType<typeof tempDir>;
let store: GroupsFileStore;
let group: GroupId;
let own: string[];

beforeEach(() => {
  dir = tempDir();
  const log = createLogger({ name: 'test', file: join(dir.path, 'log') });
  const bus = new HubBus(log);
  const config = join(dir.path, 'config');
  mkdirSync(config);
  own = [config];
  const file = join(config, 'groups.json');
  store = openGroups({ file, bus, problems: new Problems(bus, systemClock), clock: systemClock, log });
  group = addGroup(store, { commandId: newId(CommandId), name: 'Shop' });
});
afterEach(() => {
  store[Symbol.dispose]();
  dir[Symbol.dispose]();
});

const add = (name: string, role = manager, changes = {}) =>
  addAgent(store, { commandId: newId(CommandId), groupId: group, name, role, changes }, own);
const agents = () => store.current.groups.find(({ id }) => id === group)?.agents ?? [];

test('a role agent is added once, is found as the project of its box, and is removed', () => {
  const input = { commandId: newId(CommandId), groupId: group, name: 'Mira', role: manager };
  const id = addAgent(store, input, own);
  expect(addAgent(store, input, own)).toBe(id);
  expect(agents()).toEqual([{ id, name: 'Mira', role: manager, enabled: true }]);
  expect(findMember(store.current, id)?.project).toMatchObject({ name: 'Mira', identifier: 'manager', icon: '🎯' });
  removeAgent(store, id);
  expect(agents()).toEqual([]);
  expect(() => removeAgent(store, id)).toThrow(/there is no agent/);
});

test('a change leaves what it does not name, and null takes a choice back', () => {
  const folder = join(dir.path, 'work');
  mkdirSync(folder);
  const id = add('Mira', manager, { wakeStrategy: 'smart', wakeThreshold: 0.7, cwd: folder });
  updateAgent(store, id, { wakeThreshold: null, enabled: false }, own);
  expect(agents()).toEqual([{ id, name: 'Mira', role: manager, enabled: false, wakeStrategy: 'smart', cwd: folder }]);
  expect(() => updateAgent(store, id, { id: 'other' }, own)).toThrow(/can't be changed/);
});

test('names of a group are told apart, taken roles are refused, and so are folders that are none', () => {
  const id = add('Mira');
  const project = join(dir.path, 'web-shop');
  mkdirSync(project);
  addProject(store, { commandId: newId(CommandId), groupId: group, cwd: project }, own);
  expect(() => add('mira')).toThrow(/"Mira" is in the group "Shop" already/);
  expect(() => updateAgent(store, id, { name: 'Web-Shop' }, own)).toThrow(/choose another/);
  expect(() => add('Root', TeamRole.parse('admin'))).toThrow(/No agent can have the role "admin"/);
  expect(() => add('Lost', manager, { cwd: join(dir.path, 'nowhere') })).toThrow(/there is no such folder/);
  expect(() => add('Own', manager, { cwd: own[0] })).toThrow();
  expect(agents()).toHaveLength(1);
});

test('an agent of a made-up role is one of the team', () => {
  add('Dora', TeamRole.parse('documenter'));
  expect(agents()[0]?.role).toBe(TeamRole.parse('documenter'));
});

test('a role of the person is added, changed, and removed only when nobody has it', () => {
  const writer = RoleConfig.parse({ id: 'writer', label: 'Technical writer', rights: 'architect' });
  setRole(store, group, writer);
  setRole(store, group, { ...writer, icon: '✍', workflow: 'Write it down.' });
  expect(store.current.groups[0]?.roles).toEqual([{ ...writer, icon: '✍', workflow: 'Write it down.' }]);

  const role = writer.id;
  const id = addAgent(store, { commandId: newId(CommandId), groupId: group, name: 'Scribe', role }, own);
  expect(findMember(store.current, id)?.project).toMatchObject({ icon: '✍', description: 'Technical writer' });
  expect(() => removeRole(store, group, role)).toThrow('"Scribe" has the role "Technical writer".');
  removeAgent(store, id);
  removeRole(store, group, role);
  expect(store.current.groups[0]?.roles).toEqual([]);
  expect(() => removeRole(store, group, role)).toThrow('has no role "writer"');
  expect(() => setRole(store, group, { ...writer, id: manager })).toThrow("is a role of agor's own");
});

test('a new role agent works in the sandbox as the settings say, unless its own change decides', () => {
  const add = (name: string, more: object) =>
    addAgent(store, { commandId: newId(CommandId), groupId: group, name, role: manager, ...more }, own);
  const sandboxOf = (id: ReturnType<typeof add>) => {
    const found = findMember(store.current, id);
    return found && projectRunConfig(found.project).sandbox;
  };
  const cwd = dir.path;
  const confined = add('Chief', { sandboxEnabled: true, changes: { cwd, sandboxPorts: ['5432'] } });
  expect(sandboxOf(confined)).toEqual({ enabled: true, ports: ['5432'], paths: [], root: cwd });
  expect(sandboxOf(add('Deputy', { sandboxEnabled: true, changes: { sandboxEnabled: false } }))?.enabled).toBe(false);
  updateAgent(store, confined, { sandboxEnabled: null, sandboxPorts: null }, own);
  expect(sandboxOf(confined)).toBeUndefined();
});
