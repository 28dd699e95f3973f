import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Profile } from '@agor/protocol';
import { z } from 'zod';
import type { ServicePlace } from '../../services.ts';
import { homeOf } from './config-dir.ts';
import { inParallel } from './transcripts.ts';

const MAX_PROFILES = 100;
/** Fields of a profile's file; the older file format had a table of its own for the account. */
const Account = z.looseObject({
  email: z.string().optional(),
  subscription_type: z.string().optional(),
  plan: z.string().optional(),
  display_name: z.string().optional(),
});
const ProfileFile = Account.extend({ account: Account.optional(), profile: Account.optional() });

/** The accounts that the person switches between (`~/.config/switcher`); one `default` where there are none. */
export async function profilesOf(place: ServicePlace, signal: AbortSignal): Promise<Profile[]> {
  const config = place.env.XDG_CONFIG_HOME || join(homeOf(place), '.config');
  const root = join(config, 'switcher', 'profiles');
  const names = await readdir(root).catch(() => []); // no switcher, no profiles of it
  const found = await inParallel(names.sort().slice(0, MAX_PROFILES), signal, async (name) => {
    const text = await readFile(join(root, name, 'profile.toml'), 'utf8').catch(() => null); // a folder without the file is no profile
    return text === null ? null : profile(name, text, join(config, 'switcher-claude', name));
  });
  const profiles = found.filter((each) => each !== null);
  return profiles.length > 0 ? profiles : [{ name: 'default', configDir: join(homeOf(place), '.claude') }];
}

function profile(name: string, text: string, configDir: string): Profile {
  const file = ProfileFile.safeParse(toml(text));
  if (!file.success) return { name, configDir };
  const { account, profile: table, ...top } = file.data;
  const told = { ...top, ...table, ...account };
  const subscription = told.subscription_type ?? told.plan;
  return {
    name,
    configDir,
    ...(told.display_name === undefined ? {} : { displayName: told.display_name }),
    ...(told.email === undefined ? {} : { email: told.email }),
    ...(subscription === undefined ? {} : { subscription }),
  };
}

function toml(text: string): unknown {
  try {
    return Bun.TOML.parse(text);
  } catch {
    return null; // a profile whose file is broken still is one: its name and folder are known
  }
}
