import { readFileSync } from 'node:fs';
import { CommandId, newId } from '@agor/protocol';
import { describeSetting, settingNames } from '@agor/protocol/describe-settings';
import type { AgorPaths } from '@agor/runtime';
import { ensureHub } from '../ensure-hub.ts';
import { EXIT, Failure } from '../failure.ts';
import { jsonArgument } from '../json-argument.ts';
import { cleanLine } from '../render.ts';

/** `agor config get KEY`: the value as JSON. */
export async function configGet(paths: AgorPaths, key: string): Promise<void> {
  using hub = await ensureHub(paths);
  const { value } = await hub.client.settings.get({ key });
  process.stdout.write(`${JSON.stringify(value ?? null)}\n`);
}

/** `agor config set KEY JSON`. */
export async function configSet(paths: AgorPaths, key: string, json: string): Promise<void> {
  const value = jsonArgument(json);
  using hub = await ensureHub(paths);
  await hub.client.settings.set({ commandId: newId(CommandId), key, value });
}

/** `agor config ls`: every setting as one JSON object. */
export async function configList(paths: AgorPaths): Promise<void> {
  using hub = await ensureHub(paths);
  process.stdout.write(`${JSON.stringify(await hub.client.settings.list({}), null, 2)}\n`);
}

/** `agor config describe [KEY]`: what settings mean and take, as docs/settings.md has it. */
export function configDescribe(key: string | undefined): void {
  const known = settingNames.filter((name) => key === undefined || name === key);
  if (known.length === 0)
    throw new Failure(`There is no setting ${JSON.stringify(key)}: agor config describe`, EXIT.usage);
  for (const { name, title, description, section, takes, fallback, levels, field } of known.map(describeSetting)) {
    const lines = [
      `${name}  (${section}: ${title})`,
      `  ${description}`,
      `  Takes ${takes}; default ${JSON.stringify(fallback)}`,
    ];
    if (field) lines.push(`  ${levels.join(', ')}: ${field} in groups.json`);
    process.stdout.write(`${lines.join('\n')}\n`);
  }
}

/** `agor config reset KEY`: back to its default. */
export async function configReset(paths: AgorPaths, key: string): Promise<void> {
  using hub = await ensureHub(paths);
  await hub.client.settings.reset({ commandId: newId(CommandId), key });
}

/** `agor config export`: a file of settings on stdout; what it leaves out is told on stderr. */
export async function configExport(paths: AgorPaths, options: { groups?: boolean }): Promise<void> {
  using hub = await ensureHub(paths);
  const { file, leftOut } = await hub.client.settings.export({ groups: options.groups ?? false });
  process.stdout.write(`${JSON.stringify(file, null, 2)}\n`);
  for (const place of leftOut)
    process.stderr.write(`agor: left out, to be entered where it is imported: ${cleanLine(place)}\n`);
}

/** `agor config import FILE`: takes over what the file names, all or nothing. Prints what it changes; with `dryRun` it only prints. */
export async function configImport(paths: AgorPaths, path: string, options: { dryRun?: boolean }): Promise<void> {
  const text = readFileOrFail(path);
  using hub = await ensureHub(paths);
  const { changes, missing } = options.dryRun
    ? await hub.client.settings.previewImport({ text })
    : await hub.client.settings.import({ commandId: newId(CommandId), text });
  for (const { place, before, after } of changes)
    process.stdout.write(`${cleanLine(`${place}: ${before === null ? '' : `${before} -> `}${after}`)}\n`);
  if (changes.length === 0) process.stdout.write('Nothing differs.\n');
  for (const place of missing)
    process.stderr.write(`agor: the file has no value for it, enter it: ${cleanLine(place)}\n`);
}

function readFileOrFail(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new Failure(`${path} can't be read: ${(error as Error).message}`, EXIT.usage);
  }
}
