import type { ProviderId } from '@agor/protocol';
import type { Clock } from '@agor/runtime';
import { z } from 'zod';
import type { Machine } from '../core/index.ts';
import { unreachable } from '../failure.ts';
import { awaitLoginEnvironment } from '../login-environment.ts';

/** Of what the machine explains, the values are left behind: they may be keys. */
const Explained = z.array(z.object({ name: z.string(), verdict: z.string() }));

export interface EnvironmentNames {
  readonly passed: string[];
  readonly withheld: string[];
}

/**
 * Names of the variables that an agent of this provider would get, `added` by the person's settings among them, and of those of the login
 * shell that are kept from it. Asked of the machine, which composes environments.
 * Throws `Failure` UNREACHABLE without a machine or before the login shell has answered.
 */
export async function providerEnvironment(
  machine: Pick<Machine, 'request' | 'environment'>,
  clock: Clock,
  provider: ProviderId,
  added: Readonly<Record<string, string>>,
): Promise<EnvironmentNames> {
  if ((await awaitLoginEnvironment(machine, clock)) === null) {
    throw unreachable('Your login shell has not told its environment yet; try again.');
  }
  const explained = Explained.parse(await machine.request('environment.explain', { provider }));
  const kept = explained.filter(({ verdict }) => verdict === 'kept').map(({ name }) => name);
  const passed = [...new Set([...kept, ...Object.keys(added)])].sort();
  const withheld = explained.map(({ name }) => name).filter((name) => !passed.includes(name));
  return { passed, withheld };
}
