import {
  GroupId,
  type GroupsFile,
  ProjectId,
  ProviderId,
  type SessionEvent,
  SessionId,
  type SessionSummary,
} from '@agor/protocol';
import { fold } from '@agor/session';
import { expect, test } from 'vitest';
import { spending } from '../shell/spending.logic.ts';
import { needsOf } from './attention.ts';
import { activeGroupOf, boxesOf, homelessSessions } from './boxes.ts';

const NOW = new Date(2026, 0, 5, 12).getTime();
const HOUR = 3600_000;
const project = (name: string, enabled = true) => ({
  id: ProjectId.parse(name),
  name,
  identifier: name,
  description: '',
  icon: '📁',
  cwd: `/code/${name}`,
  profile: 'default',
  enabled,
});
const file: GroupsFile = {
  version: 1,
  activeGroupId: 'b',
  groups: [
    { id: GroupId.parse('a'), name: 'A', projects: [project('one')] },
    { id: GroupId.parse('b'), name: 'B', projects: [project('two'), project('off', false)] },
  ],
};
function session(
  of: Partial<SessionSummary> & { id: string; project?: string; cwd?: string; at?: number; cost?: number },
): SessionSummary {
  const at = of.at ?? NOW;
  const event: SessionEvent = {
    kind: 'sessionCreated',
    seq: 1,
    at,
    projectId: of.project ? ProjectId.parse(of.project) : null,
    provider: ProviderId.parse('demo'),
    cwd: of.cwd ?? '/tmp',
    title: of.id,
    permissionMode: 'default',
  };
  const state = fold(SessionId.parse(of.id), undefined, event);
  state.usage.costUsd = of.cost ?? 0;
  return { state, status: of.status ?? 'idle', attention: of.attention ?? 0, reason: of.reason ?? null };
}
const names = (sessions: SessionSummary[], hidden = {}) =>
  boxesOf(activeGroupOf(file), homelessSessions(file, sessions), hidden, NOW).map(({ name }) => name);

test('the grid shows the enabled projects of the active group', () => {
  expect(names([])).toEqual(['two']);
});

test('a folder in which an agent ran without a project has a box, for as long as it matters', () => {
  expect(names([session({ id: 's', cwd: '/code/lone' })])).toEqual(['two', 'lone']);
  expect(names([session({ id: 's', cwd: '/code/lone', at: NOW - 13 * HOUR })])).toEqual(['two']);
  expect(names([session({ id: 's', cwd: '/code/lone', at: NOW - 13 * HOUR, status: 'waiting' })])).toEqual([
    'two',
    'lone',
  ]);
});

test('a hidden folder stays away until something happens in it again', () => {
  const lone = session({ id: 's', cwd: '/code/lone', at: NOW - HOUR });
  expect(names([lone], { '/code/lone': NOW - HOUR })).toEqual(['two']);
  expect(names([lone], { '/code/lone': NOW - 2 * HOUR })).toEqual(['two', 'lone']);
});

test('sessions of a removed project are not lost: they show with their folder', () => {
  expect(
    names([session({ id: 's', project: 'gone', cwd: '/code/gone' }), session({ id: 't', project: 'one' })]),
  ).toEqual(['two', 'gone']);
});

test('whoever waits most urgently comes first, and the longest waiting before the others', () => {
  const sessions = [
    session({ id: 'failed', attention: 90 }),
    session({ id: 'limited', attention: 40 }),
    session({ id: 'asks-late', attention: 95 }),
    session({ id: 'asks-early', attention: 95, at: NOW - HOUR }),
  ];
  expect(needsOf(sessions, ({ state }) => state.id).map(({ name }) => name)).toEqual([
    'asks-early',
    'asks-late',
    'failed',
  ]);
});

test('the cost of today is that of the sessions that began today', () => {
  const sum = spending([session({ id: 'a', cost: 1 }), session({ id: 'b', cost: 2, at: NOW - 24 * HOUR })], NOW);
  expect([sum.today, sum.all]).toEqual([1, 3]);
});
