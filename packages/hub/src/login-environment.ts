import { type Clock, delay } from '@agor/runtime';
import type { Machine } from './core/index.ts';

const LOGIN_MS = 5_000;
const LOOK_EVERY_MS = 50;

/** The person's login environment. Right after a start the login shell may still be thinking: waits for it, but not for ever (then null). */
export async function awaitLoginEnvironment(
  machine: Pick<Machine, 'environment'>,
  clock: Clock,
): Promise<Readonly<Record<string, string>> | null> {
  const limit = clock.monotonic() + LOGIN_MS;
  while (machine.environment === null && clock.monotonic() < limit) await delay(clock, LOOK_EVERY_MS);
  return machine.environment?.base ?? null;
}
