import type { TaskPriority, TaskStatus } from '@agor/protocol';
import { TASK_PRIORITIES, TASK_STATUSES } from '@agor/protocol/task-words';
import { Argument, Command, Option } from 'commander';
import { ask, type Output } from './ask.ts';
import { boardText, short, taskLine, wholeTask } from './print.ts';

interface NewTask {
  readonly desc?: string;
  readonly priority?: TaskPriority;
  readonly assign?: string;
  readonly parent?: string;
  readonly after?: string[];
  readonly group?: string;
}

/** The `bttask` command (spec §6.9). */
export function bttask(): Command {
  const program = new Command('bttask').description('the task board of a group');
  program.option('--json', 'for programs');
  const out = (): Output => ({ json: program.opts<{ json?: boolean }>().json === true });
  const version = () =>
    new Option('--version <n>', 'refuse when the task was changed since this version').argParser(Number);

  program
    .command('list')
    .description('open tasks')
    .option('--all', 'done ones too')
    .option('--group <id>', 'for the operator: whose')
    .action(({ all = false, group }: { all?: boolean; group?: string }) =>
      ask('bttask.list', { all, groupId: group }, out(), (tasks) => tasks.map(taskLine).join('\n') || 'No tasks.'),
    );
  program
    .command('board')
    .description('every task by status')
    .option('--group <id>', 'for the operator: whose')
    .action(({ group }: { group?: string }) => ask('bttask.board', { groupId: group }, out(), boardText));
  program
    .command('add')
    .description('a new task (operator, manager, architect)')
    .argument('<title...>')
    .option('--desc <text>')
    .addOption(new Option('--priority <priority>').choices(TASK_PRIORITIES))
    .option('--assign <agent>')
    .option('--parent <task>')
    .option('--after <task...>', 'tasks that must be done first')
    .option('--group <id>', 'for the operator: whose')
    .action((words: string[], { desc, priority, assign, parent, after, group }: NewTask) => {
      const task = { title: words.join(' '), description: desc, priority, assign, parent, dependsOn: after };
      return ask('bttask.add', { ...task, groupId: group }, out(), ({ id }) => `Added: ${short(id)}`);
    });
  program
    .command('assign')
    .description('give a task to an agent, or to nobody (operator, manager)')
    .argument('<task>')
    .argument('<agent>', 'id or name; - takes it from whoever has it')
    .addOption(version())
    .action((id: string, agent: string, options: { version?: number }) =>
      ask('bttask.assign', { id, agent: agent === '-' ? null : agent, ...options }, out(), taskLine),
    );
  program
    .command('status')
    .description('move a task')
    .argument('<task>')
    .addArgument(new Argument('<status>').choices(TASK_STATUSES))
    .addOption(version())
    .action((id: string, status: TaskStatus, options: { version?: number }) =>
      ask('bttask.status', { id, status, ...options }, out(), taskLine),
    );
  program
    .command('priority')
    .description('change how urgent a task is (operator, manager)')
    .argument('<task>')
    .addArgument(new Argument('<priority>').choices(TASK_PRIORITIES))
    .addOption(version())
    .action((id: string, priority: TaskPriority, options: { version?: number }) =>
      ask('bttask.edit', { id, priority, ...options }, out(), taskLine),
    );
  program
    .command('priorities')
    .description('which priorities there are')
    .action(() => void process.stdout.write(`${TASK_PRIORITIES.join('\n')}\n`));
  program
    .command('after')
    .description('say which tasks must be done first; none: it waits for nothing')
    .argument('<task>')
    .argument('[others...]')
    .action((id: string, on: string[]) => ask('bttask.depend', { id, on }, out(), taskLine));
  program
    .command('comment')
    .argument('<task>')
    .argument('<text...>')
    .action((id: string, words: string[]) =>
      ask('bttask.comment', { id, content: words.join(' ') }, out(), () => 'Commented.'),
    );
  program
    .command('show')
    .description('one task with its subtasks and comments')
    .argument('<task>')
    .action((id: string) => ask('bttask.show', { id }, out(), wholeTask));
  program
    .command('delete')
    .description('remove a task and its comments (operator, manager)')
    .argument('<task>')
    .addOption(version())
    .action((id: string, options: { version?: number }) =>
      ask('bttask.delete', { id, ...options }, out(), (gone) => `Deleted: ${short(gone.id)}`),
    );
  return program;
}
