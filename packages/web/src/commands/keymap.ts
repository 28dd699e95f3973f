import type { AppCommand } from './command.ts';
import { normalKeys, typesText } from './keys.ts';

/** What the person decided, by command id: no keys at all is an empty list. Ids of commands that are not there now are kept. */
export type OwnKeys = Readonly<Record<string, readonly string[]>>;

/** Which keys are whose. */
export interface Keymap {
  readonly byKeys: ReadonlyMap<string, readonly AppCommand[]>;
  keysOf(id: string): readonly string[];
  /** Keys that several commands have, which can all be done at once as far as anybody knows: only the first of them is reached. */
  readonly conflicts: ReadonlyMap<string, readonly AppCommand[]>;
}

/** The keys of a command as it came. */
export function defaultKeys(command: AppCommand, mac: boolean): string[] {
  const keys = (mac && command.macKeys) || command.keys || [];
  return keys.flatMap((one) => normalKeys(one, mac) ?? []);
}

/**
 * Default keys and the person's own together. Keys that the person gave to a command are that command's before those whose default they
 * are, so a newer agor with a new default takes nothing away; it is a conflict all the same, and shown.
 */
export function keymapOf(commands: readonly AppCommand[], own: OwnKeys, mac: boolean): Keymap {
  const keys = new Map<string, readonly string[]>();
  const chosen = new Map<string, AppCommand[]>();
  const standard = new Map<string, AppCommand[]>();
  for (const command of commands) {
    const decided = Object.hasOwn(own, command.id) ? own[command.id] : undefined;
    const all = decided ? decided.flatMap((one) => normalKeys(one, mac) ?? []) : defaultKeys(command, mac);
    keys.set(command.id, all);
    const into = decided ? chosen : standard;
    for (const one of new Set(all)) into.set(one, [...(into.get(one) ?? []), command]);
  }
  const byKeys = new Map<string, readonly AppCommand[]>(chosen);
  for (const [one, those] of standard) byKeys.set(one, [...(chosen.get(one) ?? []), ...those]);
  return {
    byKeys,
    keysOf: (id) => keys.get(id) ?? [],
    conflicts: new Map([...byKeys].filter(([, those]) => those.length > 1)),
  };
}

/** Whether a press counts in a text field or terminal. */
export function countsWhileEditing(command: AppCommand, keys: string): boolean {
  return command.whileEditing === true && !typesText(keys);
}
