import { expect, test } from 'bun:test';
import type { TeamAgent } from '@agor/protocol';
import { TeamWorld } from './team-world.ts';

test('a group with a manager is made from the command line, and its members find each other', async () => {
  await using world = new TeamWorld({ name: 'team-commands' }, []);
  await world.serve();
  expect((await world.agor('group', 'add', 'Second crew')).exitCode).toBe(0);
  const added = await world.agor('agent', 'add', '--group', 'Second crew', '--role', 'manager', '--name', 'Boss');
  const boss = added.stdout.trim();
  const web = (await world.agor('project', 'add', world.folder('web'), '--group', 'Second crew')).stdout.trim();
  const graph = await world.ask<(TeamAgent & { contacts: string[] })[]>('btmsg', 'graph');
  const contacts = Object.fromEntries(graph.map(({ id, contacts }) => [id, contacts.map(String).toSorted()]));
  expect(contacts).toMatchObject({ [boss]: ['admin', web].toSorted(), [web]: ['admin', boss].toSorted() });
  expect((await world.agor('agent', 'ls')).stdout).toContain('Second crew/Boss  manager');

  await world.agor('agent', 'set', boss, 'enabled', 'false');
  expect((await world.operator('btmsg', 'send', 'Boss', 'hello')).stderr).toContain('There is no agent "Boss"');
  await world.agor('agent', 'set', boss, 'enabled', 'true');
  expect((await world.agor('agent', 'rm', boss)).exitCode).toBe(0);
  expect((await world.agor('agent', 'ls')).stdout).toContain('No role agents.');
}, 60_000);

test('wrong usage is told from a refusal by the exit code, for each command', async () => {
  await using world = new TeamWorld({ name: 'team-usage' }, []);
  await world.serve();
  expect((await world.agor('agent', 'add', '--group', 'Crew', '--role', 'Big Boss')).exitCode).toBe(2);
  expect((await world.agor('agent', 'add', '--group', 'none', '--role', 'manager')).exitCode).toBe(1);
  expect((await world.operator('btmsg', 'channel', 'shout')).exitCode).toBe(2);
  expect((await world.operator('bttask', 'status', 'abcdefgh', 'perhaps')).exitCode).toBe(2);
  expect((await world.operator('bttask', 'status', 'abcdefgh', 'done')).exitCode).toBe(1);
}, 60_000);
