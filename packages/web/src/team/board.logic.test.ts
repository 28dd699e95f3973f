import { AgentId, GroupId, type Task } from '@agor/protocol';
import { expect, test } from 'vitest';
import { neighbour, openDependencies, passes, withTask } from './board.logic.ts';

const task = (of: Partial<Task>): Task => ({
  id: 'a',
  title: 'A',
  description: '',
  status: 'todo',
  priority: 'medium',
  assignedTo: null,
  createdBy: AgentId.parse('admin'),
  groupId: GroupId.parse('g'),
  parentId: null,
  dependsOn: [],
  sortOrder: 0,
  createdAt: 0,
  updatedAt: 0,
  version: 1,
  comments: 0,
  ...of,
});

test('the filter is by assignee, by nobody, by priority, and by both', () => {
  const mine = task({ assignedTo: AgentId.parse('web-shop'), priority: 'high' });
  expect(passes(mine, { assignee: '', priority: '' })).toBe(true);
  expect(passes(mine, { assignee: 'nobody', priority: '' })).toBe(false);
  expect(passes(mine, { assignee: AgentId.parse('web-shop'), priority: 'high' })).toBe(true);
  expect(passes(mine, { assignee: AgentId.parse('web-shop'), priority: 'low' })).toBe(false);
  expect(passes(task({}), { assignee: 'nobody', priority: '' })).toBe(true);
});

test('a task waits for those that are not done; one that was deleted holds nobody up', () => {
  const open = task({ id: 'b' });
  const done = task({ id: 'c', status: 'done' });
  const all = new Map([open, done].map((one) => [one.id, one]));
  expect(openDependencies(task({ dependsOn: ['b', 'c', 'gone'] }), all)).toEqual([open]);
});

test('columns have neighbours up to the ends of the board', () => {
  expect(neighbour('todo', -1)).toBeNull();
  expect(neighbour('todo', 1)).toBe('progress');
  expect(neighbour('blocked', 1)).toBeNull();
});

test('a moved task leaves its column and is in one only', () => {
  const other = task({ id: 'b' });
  const board = [
    { status: 'todo' as const, tasks: [task({}), other] },
    { status: 'done' as const, tasks: [] },
  ];
  const moved = task({ status: 'done', version: 2 });
  expect(withTask(board, moved)).toEqual([
    { status: 'todo', tasks: [other] },
    { status: 'done', tasks: [moved] },
  ]);
  const newer = task({ version: 3, title: 'Newer' });
  expect(withTask(board, newer)[0]?.tasks).toEqual([newer, other]);
});
