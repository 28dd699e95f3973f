import type { Clock } from '@agor/runtime';
import type { Desktop } from './desktop.ts';
import { findFreedesktop } from './freedesktop.ts';
import { findMacos } from './macos.ts';
import type { Environment } from './run-program.ts';

export type { Environment } from './run-program.ts';

export { DesktopTeller } from './teller.ts';

/** The desktop that this process runs on, by its environment; null where there is none that shows notifications. */
export async function findDesktop(env: Environment, clock: Clock): Promise<Desktop | null> {
  return process.platform === 'darwin' ? findMacos(env, clock) : findFreedesktop(env, clock);
}
