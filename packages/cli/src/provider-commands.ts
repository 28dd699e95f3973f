import type { AgorPaths } from '@agor/runtime';
import type { Command } from 'commander';
import { providersModels, providersPull } from './commands/models.ts';
import { providersInstall, providersList } from './commands/providers.ts';

/** `agor providers …`. */
export function addProviderCommands(agor: Command, paths: AgorPaths): void {
  const providers = agor
    .command('providers')
    .description('which agents there are, how to get them, their models')
    .option('--json')
    .action((options: { json?: boolean }) => providersList(paths, options));
  providers
    .command('ls')
    .option('--json')
    .action((options: { json?: boolean }) => providersList(paths, options));
  providers
    .command('install')
    .argument('<provider>', 'claude, acp:opencode, …')
    .action((id: string) => providersInstall(paths, id));
  providers
    .command('models')
    .description('the models that it offers now')
    .argument('<provider>')
    .option('--project <id>', 'with what this project decides differently')
    .option('--json')
    .action((id: string, options: { project?: string; json?: boolean }) => providersModels(paths, id, options));
  providers
    .command('pull')
    .description('fetch a model')
    .argument('<provider>')
    .argument('<model>')
    .action((id: string, model: string) => providersPull(paths, id, model));
}
