import type { TaskPriority, TaskStatus } from '@agor/protocol';
import { TASK_PRIORITIES, TASK_STATUSES } from '@agor/protocol/task-words';
import { ask } from './ask.ts';
import { boardText, short, taskLine, wholeTask } from './print.ts';
import { printOut } from './print-out.ts';
import { textOf } from './text.ts';
import type { CommandSpec, Given, OptionSpec, Program } from './usage.ts';

const group: OptionSpec = { name: 'group', value: 'id', help: 'for the operator: whose' };
const version: OptionSpec = {
  name: 'version',
  value: 'n',
  help: 'refuse when the task was changed since this version (`bttask show` tells it)',
};
const priority: OptionSpec = { name: 'priority', value: 'priority', choices: TASK_PRIORITIES };
const task = { name: 'task' } as const;
const text = { name: 'text', rest: 'text' } as const;

const looking: readonly CommandSpec[] = [
  {
    name: 'list',
    help: 'open tasks: the whole board for role agents, those that are yours for others',
    options: [{ name: 'all', help: 'done ones too' }, group],
    run: (given, out) =>
      ask(
        'bttask.list',
        { all: given.has('all'), groupId: given.maybe('group') },
        out,
        (tasks) => tasks.map(taskLine).join('\n') || 'No tasks.',
      ),
  },
  {
    name: 'board',
    help: 'every task by its status (operator, role agents)',
    options: [group],
    run: (given, out) => ask('bttask.board', { groupId: given.maybe('group') }, out, boardText),
  },
  {
    name: 'show',
    help: 'one task with its subtasks and comments',
    args: [task],
    run: (given, out) => ask('bttask.show', { id: given.text('task') }, out, wholeTask),
  },
];

const working: readonly CommandSpec[] = [
  {
    name: 'status',
    help: 'move a task; who works on it is told when another was faster',
    args: [task, { name: 'status', choices: TASK_STATUSES }],
    options: [version],
    run: (given, out) =>
      ask('bttask.status', { ...change(given), status: given.text('status') as TaskStatus }, out, taskLine),
  },
  {
    name: 'comment',
    help: 'comment on a task of your group',
    args: [task, text],
    run: async (given, out) =>
      ask('bttask.comment', { id: given.text('task'), content: await textOf(given) }, out, () => 'Commented.'),
  },
];

const planning: readonly CommandSpec[] = [
  {
    name: 'add',
    help: 'a new task (operator, manager, architect)',
    args: [{ name: 'title', rest: 'text' }],
    options: [
      { name: 'desc', value: 'text', help: 'what is to be done' },
      priority,
      { name: 'assign', value: 'agent' },
      { name: 'parent', value: 'task', help: 'it becomes a subtask of this one' },
      { name: 'after', value: 'task', many: true, help: 'tasks that must be done first' },
      group,
    ],
    run: (given, out) =>
      ask(
        'bttask.add',
        {
          title: given.text('title'),
          description: given.maybe('desc'),
          priority: given.maybe('priority') as TaskPriority | undefined,
          assign: given.maybe('assign'),
          parent: given.maybe('parent'),
          dependsOn: [...given.list('after')],
          groupId: given.maybe('group'),
        },
        out,
        ({ id }) => `Added: ${short(id)}`,
      ),
  },
  {
    name: 'assign',
    help: 'give a task to an agent, or to nobody (operator, manager)',
    args: [task, { name: 'agent', help: 'id or name; - takes it from whoever has it' }],
    options: [version],
    run: (given, out) => {
      const agent = given.text('agent');
      return ask('bttask.assign', { ...change(given), agent: agent === '-' ? null : agent }, out, taskLine);
    },
  },
  {
    name: 'edit',
    help: 'change what a task says (operator, manager; an architect its own)',
    args: [task],
    options: [{ name: 'title', value: 'text' }, { name: 'desc', value: 'text' }, priority, version],
    run: (given, out) =>
      ask(
        'bttask.edit',
        {
          ...change(given),
          title: given.maybe('title'),
          description: given.maybe('desc'),
          priority: given.maybe('priority') as TaskPriority | undefined,
        },
        out,
        taskLine,
      ),
  },
  {
    name: 'priority',
    help: 'change how urgent a task is (operator, manager; an architect its own)',
    args: [task, { name: 'priority', choices: TASK_PRIORITIES }],
    options: [version],
    run: (given, out) =>
      ask('bttask.edit', { ...change(given), priority: given.text('priority') as TaskPriority }, out, taskLine),
  },
  {
    name: 'after',
    help: 'say which tasks must be done first; none: it waits for nothing (operator, manager; an architect its own)',
    args: [task, { name: 'others', rest: 'list', optional: true }],
    options: [version],
    run: (given, out) => ask('bttask.depend', { ...change(given), on: [...given.list('others')] }, out, taskLine),
  },
  {
    name: 'delete',
    help: 'remove a task and its comments; its subtasks move up (operator, manager)',
    args: [task],
    options: [version],
    run: (given, out) => ask('bttask.delete', change(given), out, ({ id }) => `Deleted: ${short(id)}`),
  },
  {
    name: 'priorities',
    help: 'which priorities there are',
    run: (_, { json }) => printOut(json ? JSON.stringify(TASK_PRIORITIES) : TASK_PRIORITIES.join('\n')),
  },
];

function change(given: Given): { id: string; version?: number } {
  const seen = given.number('version');
  return { id: given.text('task'), ...(seen !== undefined && { version: seen }) };
}

/** The `bttask` command (spec §6.9). */
export const bttask: Program = {
  name: 'bttask',
  help: 'the task board of a group.',
  commands: [...looking, ...working, ...planning],
};
