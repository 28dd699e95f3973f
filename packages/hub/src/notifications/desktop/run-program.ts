import type { Clock } from '@agor/runtime';

/** A notification daemon may have to be started first by the bus; longer than this nobody waits. In ms. */
const LIMIT_MS = 10_000;
/** Read of what a program says. */
const MAX_OUTPUT = 64 * 1024;

export type Environment = Readonly<Record<string, string | undefined>>;

/** Runs a program without a shell and returns what it said; null when it failed, took too long or could not be started. */
export async function runProgram(command: readonly string[], env: Environment, clock: Clock): Promise<string | null> {
  try {
    const child = Bun.spawn([...command], { env: { ...env }, stdin: 'ignore', stdout: 'pipe', stderr: 'ignore' });
    using _limit = clock.setTimeout(() => child.kill('SIGKILL'), LIMIT_MS);
    const said = await child.stdout.text();
    return (await child.exited) === 0 ? said.slice(0, MAX_OUTPUT) : null;
  } catch {
    return null; // the program went away meanwhile, or no process can be started: there is no desktop to tell then
  }
}
