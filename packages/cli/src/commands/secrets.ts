import { CommandId, NO_PLAINTEXT, newId, type SecretInfo, SecretName, SecretValue } from '@agor/protocol';
import type { AgorPaths } from '@agor/runtime';
import { ensureHub } from '../ensure-hub.ts';
import { EXIT, Failure } from '../failure.ts';
import { readSecret } from '../read-secret.ts';
import { bold, cleanLine, dim, yellow } from '../render.ts';

/** `agor secrets list`: names and whether they are set. Values are never shown; nobody but the hub can read them. */
export async function secretsList(paths: AgorPaths, options: { json?: boolean }): Promise<void> {
  using hub = await ensureHub(paths);
  const standing = await hub.client.secrets.list({});
  if (options.json) return void process.stdout.write(`${JSON.stringify(standing)}\n`);
  const { keyring, secrets } = standing;
  if (keyring.message !== null) process.stdout.write(`${yellow(cleanLine(keyring.message))}\n`);
  for (const secret of secrets) process.stdout.write(`${line(secret)}\n`);
  process.stdout.write(`${dim(NO_PLAINTEXT)}\n`);
}

/** `agor secrets set NAME`: the value comes from a pipe, or is typed unseen; never from the command line, which others can read. */
export async function secretsSet(paths: AgorPaths, name: string): Promise<void> {
  const asked = nameOf(name);
  const value = SecretValue.safeParse(await readSecret(`Value of ${asked}: `));
  if (!value.success) throw new Failure(`This is no value: ${value.error.issues[0]?.message}.`, EXIT.usage);
  using hub = await ensureHub(paths);
  await hub.client.secrets.set({ commandId: newId(CommandId), name: asked, value: value.data });
  process.stdout.write(`${asked} is set. Settings refer to it as secret://${asked}\n`);
}

export async function secretsRemove(paths: AgorPaths, name: string): Promise<void> {
  using hub = await ensureHub(paths);
  await hub.client.secrets.remove({ commandId: newId(CommandId), name: nameOf(name) });
}

/** `agor secrets unlock`: the keyring asks for its password in a window of its own. */
export async function secretsUnlock(paths: AgorPaths): Promise<void> {
  using hub = await ensureHub(paths);
  await hub.client.secrets.unlock({ commandId: newId(CommandId), by: 'cli' });
  process.stdout.write('The keyring is unlocked.\n');
}

function nameOf(name: string): SecretName {
  const parsed = SecretName.safeParse(name);
  if (parsed.success) return parsed.data;
  throw new Failure(`${JSON.stringify(name)} is no name of a secret: ${parsed.error.issues[0]?.message}.`, EXIT.usage);
}

function line({ name, label, isSet, since, isShort, usedBy }: SecretInfo): string {
  const when = since === null ? '' : ` since ${new Date(since).toISOString().slice(0, 10)}`;
  const facts = [
    isSet ? `set${when}` : dim('not set'),
    ...(isSet && isShort ? ['too short to be kept out of what agents say'] : []),
    ...(usedBy.length > 0 ? [`used by ${usedBy.map(cleanLine).join(', ')}`] : []),
  ];
  return `${bold(name)}${label === null ? '' : ` (${label})`}  ${facts.join('; ')}`;
}
