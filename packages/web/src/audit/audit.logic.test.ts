import { AgentId, type AuditEntry } from '@agor/protocol';
import { expect, test } from 'vitest';
import { AUDIT_PAGE, withNames, withNewest } from './audit.logic.ts';

const entries = (from: number, to: number): AuditEntry[] =>
  Array.from({ length: from - to + 1 }, (_, at) => ({
    id: from - at,
    agentId: AgentId.parse('a'),
    type: 'btmsg_sent',
    detail: '',
    createdAt: 0,
  }));
const ids = (list: readonly AuditEntry[]) => [list[0]?.id, list.at(-1)?.id, list.length];

test('a new page joins what was loaded before, and each entry stands once', () => {
  expect(ids(withNewest(entries(300, 101), entries(305, 206)))).toEqual([305, 101, 205]);
});

test('where a new page does not meet what was loaded, the list begins anew', () => {
  expect(ids(withNewest(entries(100, 1), entries(300, 201)))).toEqual([300, 201, AUDIT_PAGE]);
});

test('a page that is not full is all there is', () => {
  expect(ids(withNewest(entries(50, 1), entries(10, 8)))).toEqual([10, 8, 3]);
});

test('agents are called by their names, and what they said stays what it is', () => {
  const names = new Map([
    ['6aef2164-76ce', 'garden'],
    ['admin', 'You'],
  ]);
  expect(withNames('to 6aef2164-76ce: ask the admin', names)).toBe('to garden: ask the admin');
});
