import type { GroupsFile, ProjectId, SessionSummary, WakeTrigger } from '@agor/protocol';
import { expect, test } from 'vitest';
import { reachOf } from './held.logic.ts';

const groups = [
  {
    projects: [{ id: 'a' }, { id: 'b' }, { id: 'c' }, { id: 'd' }],
    agents: [
      { id: 'm', role: 'manager', enabled: true },
      { id: 'r', role: 'reviewer', enabled: true },
      { id: 'off', role: 'manager', enabled: false },
    ],
  },
] as unknown as GroupsFile['groups'];
const session = (projectId: string | null, live = false) =>
  ({ state: { projectId, process: live ? { pid: 1 } : null, turn: null } }) as unknown as SessionSummary;
const trigger = (agentId: string, enabled = true) => ({ agentId: agentId as ProjectId, enabled }) as WakeTrigger;

test('agents count that had a session or would be woken; a project nobody worked in does not', () => {
  const sessions = [session('a', true), session('a'), session('b')];
  const reach = reachOf({ groups, sessions, triggers: [trigger('c'), trigger('d', false)] });
  expect(reach.agents).toEqual(['a', 'b', 'c', 'm']);
  expect(reach.running).toEqual(['a']);
  expect(reach.outside).toBe(0);
});

test('the count is the same once their processes have ended', () => {
  const before = reachOf({ groups, sessions: [session('a', true), session('b')], triggers: [] });
  const after = reachOf({ groups, sessions: [session('a'), session('b')], triggers: [] });
  expect(after.agents).toEqual(before.agents);
  expect(after.running).toEqual([]);
});

test('a session in a folder that is no project ends, and is none of the agents that are held', () => {
  const reach = reachOf({
    groups: [],
    sessions: [session(null, true), session('gone', true), session(null)],
    triggers: [],
  });
  expect(reach).toEqual({ agents: [], running: [], outside: 2 });
});
