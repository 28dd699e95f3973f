import { statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { rejected } from '../failure.ts';

const DEFAULT = 'default';
/** Names of folders only: a profile never leads out of the switcher's own folder. */
const NAME = /^[A-Za-z0-9_][\w.@+-]*$/;

/**
 * Claude's configuration folder of a profile, as the account switcher lays them out (`~/.config/switcher-claude/<name>`);
 * undefined for the person's own, `default`. Whether it is there is the machine's to say, when an agent starts with it.
 */
export function profileFolder(profile: string, home = process.env.HOME || homedir()): string | undefined {
  if (profile === DEFAULT || profile === '') return undefined;
  const folder = NAME.test(profile) ? profile : `no profile ${profile.replaceAll(/[/\\\0]/g, '_')}`;
  return join(home, '.config', 'switcher-claude', folder);
}

/** Throws `Failure` REJECTED when there is no such profile now. */
export function requireProfile(profile: string): void {
  const folder = profileFolder(profile);
  if (folder === undefined || statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return;
  throw rejected(
    `There is no Claude profile ${JSON.stringify(profile)}: ${folder} is no folder. Use "default", or make the profile with the account switcher first.`,
  );
}
