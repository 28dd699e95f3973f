import type { AgorPaths } from '@agor/runtime';
import type { Command } from 'commander';
import { type WakeAddOptions, wakeAdd, wakeEnable, wakeList, wakeRemove, wakeResume } from './commands/wake.ts';

/** `agor wake …`: when agents are woken by themselves. */
export function addWakeCommands(agor: Command, paths: AgorPaths): void {
  const wake = agor.command('wake').description('when agents are woken: list, add, remove, enable, disable, resume');
  wake
    .command('list', { isDefault: true })
    .argument('[agent]', 'project or role agent, by id or name')
    .option('--json')
    .action((agent: string | undefined, options: { json?: boolean }) => wakeList(paths, agent, options));
  wake
    .command('add')
    .description('wake an agent by a cron expression, a task, a file or a check')
    .argument('<agent>', 'project or role agent, by id or name')
    .option('--cron <expression>', 'five fields: minute hour day month weekday')
    .option('--time-zone <zone>', 'of the cron, such as Europe/Berlin (default: this computer’s)')
    .option('--task <id>', 'a task of its group')
    .option('--status <status>', 'what the task is to become (default: done)')
    .option('--file <pattern>', 'a path or a glob from its folder on')
    .option('--check <command>', 'run in its folder; wakes when it fails after it succeeded')
    .option('--every <minutes>', 'how often the check runs (default: 5)')
    .option('--prompt <text>', 'what it is told besides why it was woken')
    .option('--once', 'remove it once it has fired')
    .option('--json')
    .action((agent: string, options: WakeAddOptions) => wakeAdd(paths, agent, options));
  for (const [name, enabled] of [
    ['enable', true],
    ['disable', false],
  ] as const)
    wake
      .command(name)
      .argument('<wake>', 'its id or the beginning of it')
      .action((id: string) => wakeEnable(paths, id, enabled));
  wake
    .command('remove')
    .alias('rm')
    .argument('<wake>', 'its id or the beginning of it')
    .action((id: string) => wakeRemove(paths, id));
  wake
    .command('resume')
    .description('let an agent that Stop All holds go on, or all of them')
    .argument('[agent]')
    .action((agent: string | undefined) => wakeResume(paths, agent));
}
