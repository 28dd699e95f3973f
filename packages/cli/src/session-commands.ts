import type { AgorPaths } from '@agor/runtime';
import type { Command } from 'commander';
import { type OutsideOptions, sessionsFork, sessionsImport, sessionsOutside } from './commands/outside.ts';
import { ps } from './commands/sessions.ts';

/** `agor sessions …`: all of them, and those that were begun elsewhere. */
export function addSessionCommands(agor: Command, paths: AgorPaths): void {
  const sessions = agor
    .command('sessions')
    .description('all sessions; list and continue those that were begun outside agor; fork one')
    .option('--json')
    .action((options: { json?: boolean }) => ps(paths, { ...options, all: true }));
  sessions
    .command('ls')
    .option('--json')
    .action((_own: object, command: Command) =>
      ps(paths, { ...command.optsWithGlobals<{ json?: boolean }>(), all: true }),
    );
  sessions
    .command('outside')
    .description("conversations that the vendor's own program had")
    .argument('<provider>', 'claude, codex, …')
    .option('--project <id>', "only those in the project's folder")
    .option('--all', 'not only the newest 200')
    .option('--json', 'one a line')
    // `agor sessions` has a --json, too, and takes it from here.
    .action((provider: string, _own: OutsideOptions, command: Command) =>
      sessionsOutside(paths, provider, command.optsWithGlobals<OutsideOptions>()),
    );
  sessions
    .command('import')
    .description('make such a conversation a session')
    .argument('<provider>')
    .argument('<id>', "the vendor's id, as `agor sessions outside` tells it")
    .option('--project <id>', 'default: the project that its folder lies in')
    .action((provider: string, id: string, options: { project?: string }) =>
      sessionsImport(paths, provider, id, options),
    );
  sessions
    .command('fork')
    .description('begin a session with a copy of the conversation')
    .argument('<session>')
    .option('--title <title>')
    .action((id: string, options: { title?: string }) => sessionsFork(paths, id, options));
}
