import { resolve } from 'node:path';
import { CommandId, isPluginOn, newId, type PluginInfo } from '@agor/protocol';
import type { AgorPaths } from '@agor/runtime';
import { ensureHub } from '../ensure-hub.ts';
import { EXIT, Failure } from '../failure.ts';
import { cleanLine } from '../render.ts';

const command = () => newId(CommandId);

/** `agor plugins list`: what is in the folder, and how the person decided. */
export async function pluginList(paths: AgorPaths, options: { json?: boolean }): Promise<void> {
  using hub = await ensureHub(paths);
  await hub.client.plugins.reload({ commandId: command() });
  const { folder, plugins } = await hub.client.plugins.list({});
  if (options.json) return void process.stdout.write(`${JSON.stringify({ folder, plugins })}\n`);
  if (plugins.length === 0)
    process.stdout.write(`There are no plugins in ${folder}. docs/plugins.md says how to make one.\n`);
  for (const one of plugins) process.stdout.write(`${lineOf(one)}\n`);
}

/** `agor plugins install`: from a file or an https URL. It is off until it is enabled. */
export async function pluginInstall(paths: AgorPaths, from: string, options: { sha256?: string }): Promise<void> {
  using hub = await ensureHub(paths);
  const source = /^https?:\/\//i.test(from) ? from : resolve(from);
  const sha256 = options.sha256 === undefined ? {} : { sha256: options.sha256 };
  const { id, version, replaced } = await hub.client.plugins.install({ commandId: command(), source, ...sha256 });
  process.stdout.write(
    `${id} ${version} ${replaced ? 'updated' : 'installed'}. It runs once you enable it: agor plugins enable ${id}\n`,
  );
}

export async function pluginRemove(paths: AgorPaths, id: string, options: { keepSettings?: boolean }): Promise<void> {
  using hub = await ensureHub(paths);
  await hub.client.plugins.remove({ commandId: command(), id, keepSettings: options.keepSettings ?? false });
}

/** `agor plugins enable`: without `--yes` it says what the plugin may do then, and asks for nothing. */
export async function pluginEnable(paths: AgorPaths, id: string, options: { yes?: boolean }): Promise<void> {
  using hub = await ensureHub(paths);
  await hub.client.plugins.reload({ commandId: command() });
  const { plugins } = await hub.client.plugins.list({});
  const found = plugins.find((one) => one.id === id);
  if (!found) throw new Failure(`There is no plugin ${id}. \`agor plugins list\` names them.`, EXIT.usage);
  if (found.error !== null) throw new Failure(`${id} can't run. ${found.error}`, 1);
  if (!options.yes) {
    const may = found.manifest?.permissions.join(', ') || 'nothing';
    throw new Failure(`${id} would be allowed: ${may}. If you agree: agor plugins enable ${id} --yes`, EXIT.usage);
  }
  await hub.client.plugins.enable({ commandId: command(), id, hash: found.hash });
}

export async function pluginDisable(paths: AgorPaths, id: string): Promise<void> {
  using hub = await ensureHub(paths);
  await hub.client.plugins.disable({ commandId: command(), id });
}

function lineOf(one: PluginInfo): string {
  const how =
    one.error ?? (isPluginOn(one) ? 'on' : { none: 'new, off', changed: 'changed, off', given: 'off' }[one.consent]);
  const may = one.manifest?.permissions.join(', ') || 'no permissions';
  return cleanLine(`${one.id} ${one.manifest?.version ?? ''}  ${how}  (${may})`);
}
