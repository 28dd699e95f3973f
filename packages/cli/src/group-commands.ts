import type { AgorPaths } from '@agor/runtime';
import type { Command } from 'commander';
import {
  type AgentAddOptions,
  agentAdd,
  agentList,
  agentRemove,
  agentSet,
  groupAdd,
  groupList,
  groupRemove,
} from './commands/groups.ts';

/** `agor group …` and `agor agent …`: groups, and the agents of roles in them. */
export function addGroupCommands(agor: Command, paths: AgorPaths): void {
  const group = agor.command('group').description('groups: add, ls, rm');
  group
    .command('add')
    .argument('<name>')
    .action((name: string) => groupAdd(paths, name));
  group
    .command('ls')
    .option('--json')
    .action((options: { json?: boolean }) => groupList(paths, options));
  group
    .command('rm')
    .argument('<group>', 'id or name')
    .action((name: string) => groupRemove(paths, name));

  const agent = agor.command('agent').description('role agents of a group: add, ls, set, rm');
  agent
    .command('add')
    .requiredOption('--group <group>', 'id or name')
    .requiredOption('--role <role>', 'manager, architect, tester, reviewer, or a role of your own')
    .option('--name <name>', 'default: its role')
    .option('--provider <id>')
    .option('--model <id>')
    .option('--cwd <dir>', "default: the folder above the group's first project")
    .action((options: AgentAddOptions) => agentAdd(paths, options));
  agent
    .command('ls')
    .option('--json')
    .action((options: { json?: boolean }) => agentList(paths, options));
  agent
    .command('set')
    .description('change what it decides, for example: permissionMode \'"acceptEdits"\', or enabled false')
    .argument('<id>')
    .argument('<key>')
    .argument('<json>', 'null takes a choice back')
    .action((id: string, key: string, json: string) => agentSet(paths, id, key, json));
  agent
    .command('rm')
    .argument('<id>')
    .action((id: string) => agentRemove(paths, id));
}
