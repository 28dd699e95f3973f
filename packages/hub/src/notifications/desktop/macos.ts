import type { Clock } from '@agor/runtime';
import type { Desktop } from './desktop.ts';
import { type Environment, runProgram } from './run-program.ts';

/** The texts are arguments, not part of the script. */
const SCRIPT = 'on run argv\ndisplay notification (item 2 of argv) with title (item 1 of argv)\nend run';

/** macOS's notification centre, through `osascript`. It knows no urgency, and nothing can be taken back. */
export function findMacos(env: Environment, clock: Clock): Desktop | null {
  const program = Bun.which('osascript', { PATH: env.PATH ?? '' });
  if (!program) return null;
  return {
    show: async ({ title, body }) =>
      (await runProgram([program, '-e', SCRIPT, '--', title, body], env, clock)) === null ? null : '',
    close: async () => {},
  };
}
