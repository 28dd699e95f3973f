import { ExportFormat } from '@agor/protocol';
import type { AgorPaths } from '@agor/runtime';
import { type Command, Option } from 'commander';
import { type ExportArguments, exportSession } from './commands/export.ts';
import { secretsList, secretsRemove, secretsSet, secretsUnlock } from './commands/secrets.ts';

/** `agor secrets …` and `agor export`. */
export function addSecretCommands(agor: Command, paths: AgorPaths): void {
  const secrets = agor
    .command('secrets')
    .description("keys and tokens in your system's keyring, and nowhere else: list, set, remove, unlock");
  secrets
    .command('list', { isDefault: true })
    .option('--json')
    .action((options: { json?: boolean }) => secretsList(paths, options));
  secrets
    .command('set')
    .description('the value is typed unseen, or comes from a pipe')
    .argument('<name>')
    .action((name: string) => secretsSet(paths, name));
  secrets
    .command('remove')
    .argument('<name>')
    .action((name: string) => secretsRemove(paths, name));
  secrets
    .command('unlock')
    .description('have a locked keyring ask for its password')
    .action(() => secretsUnlock(paths));

  agor
    .command('export')
    .description('write a session to a file, without secrets')
    .argument('<session>')
    .addOption(new Option('--format <format>').choices(ExportFormat.options).default('md'))
    .option('-o, --output <file>', 'default: stdout')
    .option('--no-tool-output', 'leave out what tools printed')
    .option('--no-thinking', 'leave out what the agent thought')
    .action((id: string, options: ExportArguments) => exportSession(paths, id, options));
}
