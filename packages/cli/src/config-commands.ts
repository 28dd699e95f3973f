import type { AgorPaths } from '@agor/runtime';
import type { Command } from 'commander';
import {
  configDescribe,
  configExport,
  configGet,
  configImport,
  configList,
  configReset,
  configSet,
} from './commands/config.ts';

/** `agor config …`. */
export function addConfigCommands(agor: Command, paths: AgorPaths): void {
  const config = agor.command('config').description('settings: get, set, reset, ls, describe, export, import');
  config
    .command('get')
    .argument('<key>')
    .action((key: string) => configGet(paths, key));
  config
    .command('set')
    .argument('<key>')
    .argument('<json>')
    .action((key: string, json: string) => configSet(paths, key, json));
  config
    .command('reset')
    .argument('<key>')
    .action((key: string) => configReset(paths, key));
  config
    .command('ls')
    .alias('list')
    .action(() => configList(paths));
  config
    .command('describe')
    .argument('[key]')
    .action((key?: string) => configDescribe(key));
  config
    .command('export')
    .description('writes a file of settings to stdout, without secrets')
    .option('--groups', 'with groups and projects')
    .action((options: { groups?: boolean }) => configExport(paths, options));
  config
    .command('import')
    .description('takes over what a file of settings names, all or nothing')
    .argument('<file>')
    .option('--dry-run', 'only prints what it would change')
    .action((file: string, options: { dryRun?: boolean }) => configImport(paths, file, options));
}
