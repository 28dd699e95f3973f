import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { ProviderStatus } from '@agor/protocol';
import type { SignInProbe } from '@agor/providers';

type Env = Readonly<Record<string, string | undefined>>;

/** Whether the vendor's program is signed in, as far as it shows without starting it. `program` is how to call it, `config` the settings'. */
export function probeSignIn(
  probe: SignInProbe | undefined,
  env: Env,
  program: string,
  config: Readonly<Record<string, unknown>> = {},
  platform: NodeJS.Platform = process.platform,
): ProviderStatus['signIn'] {
  if (!probe) return { state: 'notNeeded' };
  const variable = probe.variables.find((name) => env[name]);
  if (variable) return { state: 'signedIn', how: `${variable} in the environment` };
  if (probe.file) {
    const { dirVariable, dir, name } = probe.file;
    const file = join(env[dirVariable] || join(env.HOME || homedir(), dir), name);
    if (existsSync(file)) return { state: 'signedIn', how: `signed in on this computer (${file})` };
  }
  if (probe.isElsewhere?.(config) || probe.keychainOn?.includes(platform)) return { state: 'unknown' };
  return { state: 'signedOut', hint: probe.hint(program) };
}
