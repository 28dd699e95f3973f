import { giveMemoryBackAtRest, systemClock } from '@agor/runtime';
import { Runner } from './runner.ts';
import { descriptorSink, guardStdout } from './stdout.ts';
import type { RunnerProvider } from './types.ts';

const STDOUT = 1;

/** A runner program's whole main: serves the machine over stdio until stdin ends, `stop` or SIGTERM. */
export function runRunner(provider: RunnerProvider): void {
  guardStdout();
  const runner = new Runner(provider, {
    input: Bun.stdin.stream(),
    write: descriptorSink(STDOUT),
    exit: (code) => process.exit(code),
    clock: systemClock,
    complain: (error) => console.error(error),
  });
  process.on('uncaughtException', (error) => runner.fail(error));
  process.on('unhandledRejection', (reason) => runner.fail(reason));
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => void runner.end(0));
  giveMemoryBackAtRest({ clock: systemClock }); // until the process ends
  runner.run().catch((error: unknown) => runner.fail(error));
}
