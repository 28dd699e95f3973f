import { MAX_KEYS_PER_COMMAND } from '@agor/protocol';
import type { AppCommand } from './command.ts';
import { defaultKeys, type Keymap, type OwnKeys } from './keymap.ts';

/** The setting after a change; the command keeps no entry where it has the keys that it came with. */
function withKeys(own: OwnKeys, command: AppCommand, keys: readonly string[], mac: boolean): OwnKeys {
  const { [command.id]: _, ...others } = own;
  return keys.join(' ') === defaultKeys(command, mac).join(' ') ? others : { ...others, [command.id]: [...keys] };
}

/** Gives a command one more key, or another instead of `old`. */
export function withKey(
  own: OwnKeys,
  keymap: Keymap,
  command: AppCommand,
  key: string,
  old: string | null,
  mac: boolean,
): OwnKeys {
  const now = keymap.keysOf(command.id).filter((one) => one !== key);
  const keys = old === null ? [...now, key] : now.map((one) => (one === old ? key : one));
  return withKeys(own, command, keys.slice(-MAX_KEYS_PER_COMMAND), mac);
}

export function withoutKey(own: OwnKeys, keymap: Keymap, command: AppCommand, key: string, mac: boolean): OwnKeys {
  const keys = keymap.keysOf(command.id).filter((one) => one !== key);
  return withKeys(own, command, keys, mac);
}

/** The command has the keys again that it came with. */
export function withDefaults(own: OwnKeys, id: string): OwnKeys {
  const { [id]: _, ...others } = own;
  return others;
}
