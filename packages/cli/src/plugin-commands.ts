import type { AgorPaths } from '@agor/runtime';
import type { Command } from 'commander';
import { pluginDisable, pluginEnable, pluginInstall, pluginList, pluginRemove } from './commands/plugins.ts';

/** `agor plugins …`: small programs that windows of agor run, shut off. */
export function addPluginCommands(agor: Command, paths: AgorPaths): void {
  const plugins = agor.command('plugins').description('plugins: list, install, remove, enable, disable');
  plugins
    .command('list', { isDefault: true })
    .option('--json')
    .action((options: { json?: boolean }) => pluginList(paths, options));
  plugins
    .command('install')
    .description('bring a packed plugin from a file or an https address; it is off until you enable it')
    .argument('<package>', 'a .zip file, or an https address of one')
    .option('--sha256 <hash>', 'what the package must be')
    .action((from: string, options: { sha256?: string }) => pluginInstall(paths, from, options));
  plugins
    .command('remove')
    .alias('rm')
    .argument('<id>')
    .option('--keep-settings', 'keep what you set for it')
    .action((id: string, options: { keepSettings?: boolean }) => pluginRemove(paths, id, options));
  plugins
    .command('enable')
    .argument('<id>')
    .option('--yes', 'you agree to this very program with the permissions that it names')
    .action((id: string, options: { yes?: boolean }) => pluginEnable(paths, id, options));
  plugins
    .command('disable')
    .argument('<id>')
    .action((id: string) => pluginDisable(paths, id));
}
