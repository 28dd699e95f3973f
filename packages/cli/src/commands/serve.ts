import { programCommand } from '@agor/runtime';

/**
 * `agor serve`, when it did not come through `bin/agor` (which execs the hub directly): runs the hub as a child in the
 * foreground and ends as it ends.
 */
export async function serve(args: readonly string[]): Promise<void> {
  const hub = Bun.spawn([...programCommand('hub', import.meta), 'serve', ...args], {
    stdin: 'inherit',
    stdout: 'inherit',
    stderr: 'inherit',
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => hub.kill(signal));
  process.exitCode = await hub.exited;
}
