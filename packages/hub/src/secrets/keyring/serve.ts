import { readKeyringEntry, removeKeyringEntry, secretServiceState, writeKeyringEntry } from '@agor/runtime';
import type { KeyringAnswer, KeyringRequest, KeyringTrouble } from './wire.ts';

const SERVICE = 'agor';
/** agor's name of old, whose keys are still read. */
const OLD_SERVICE = 'bterminal';
/** A keyring can't be listed: the names are kept beside the values, one a line. */
const INDEX = '__agor_keys__';
const OLD_INDEX = '__bterminal_keys__';

/** Does one request against the keyring of this session. Throws nothing: trouble is an answer. */
export async function answerKeyring(request: KeyringRequest): Promise<KeyringAnswer> {
  try {
    const trouble = await troubleWith(request);
    if (trouble) return trouble;
    switch (request.op) {
      case 'read': {
        const values = await readAll();
        // A keyring that was locked meanwhile, or went away, reads as if nothing were there.
        return troubleNow() ?? { ok: true, values };
      }
      case 'set': {
        await writeKeyringEntry(SERVICE, request.name, request.value);
        const known = await names();
        const gone = troubleNow();
        if (gone) return gone;
        await writeIndex([...known, request.name]);
        return { ok: true, values: {} };
      }
      case 'remove':
        await removeKeyringEntry(SERVICE, request.name);
        await removeKeyringEntry(OLD_SERVICE, request.name);
        await writeIndex((await names()).filter((name) => name !== request.name));
        return { ok: true, values: {} };
    }
  } catch (error) {
    return failed((error as Error).message);
  }
}

/** What keeps us from the keyring; null when it is open. Only a person's own act may make it prompt. */
async function troubleWith(request: KeyringRequest): Promise<KeyringTrouble | null> {
  const found = troubleNow();
  if (found?.state !== 'locked') return found;
  const mayPrompt = request.op !== 'read' || request.prompt;
  // To look for anything in it makes a locked keyring ask.
  if (mayPrompt) await readKeyringEntry(SERVICE, INDEX);
  return mayPrompt ? troubleNow(true) : found;
}

/** `asked`: the keyring has put its question. */
function troubleNow(asked = false): KeyringTrouble | null {
  if (process.platform !== 'linux') return null;
  const found = secretServiceState();
  if (found.state === 'none') return noService(found.why);
  return found.state === 'locked' ? locked(asked) : null;
}

async function readAll(): Promise<Record<string, string>> {
  const values: Record<string, string> = {};
  for (const name of await names()) {
    const value = (await readKeyringEntry(SERVICE, name)) ?? (await readKeyringEntry(OLD_SERVICE, name));
    if (value !== null) values[name] = value;
  }
  return values;
}

async function names(): Promise<string[]> {
  const own = await readKeyringEntry(SERVICE, INDEX);
  const moved = own === null ? await readKeyringEntry(SERVICE, OLD_INDEX) : null;
  const old = own === null ? await readKeyringEntry(OLD_SERVICE, OLD_INDEX) : null;
  const lines = [own, moved, old].flatMap((list) => list?.split('\n') ?? []);
  return [...new Set(lines.map((line) => line.trim()).filter((line) => line !== ''))];
}

async function writeIndex(list: readonly string[]): Promise<void> {
  await writeKeyringEntry(SERVICE, INDEX, `${[...new Set(list)].sort().join('\n')}\n`);
}

function noService(why: string): KeyringTrouble {
  const message = `There is no keyring in this session: ${why.replace(/[.]+$/, '')}. Install and start one (gnome-keyring, KWallet or KeePassXC with its Secret Service), or start agor from your desktop session.`;
  return { ok: false, state: 'none', message };
}

function locked(asked: boolean): KeyringTrouble {
  const message = asked
    ? 'The keyring stayed locked: its question was declined, or there is no screen to ask on. Unlock it (on a server: `gnome-keyring-daemon --unlock`) and try again.'
    : 'The keyring is locked. Unlock it in Settings › Secrets or with `agor secrets unlock`.';
  return { ok: false, state: 'locked', message };
}

function failed(why: string): KeyringTrouble {
  if (/locked/i.test(why)) return locked(true);
  return { ok: false, state: 'failed', message: `The keyring could not do it: ${why.replace(/[.]+$/, '')}.` };
}
