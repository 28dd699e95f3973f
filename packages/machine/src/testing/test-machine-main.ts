import { join } from 'node:path';
import { runMachine } from '../run-machine.ts';

// The program `machine` with the scripted runner for every provider, without a pty host; bounds may be given in bytes.
const limit = Number(process.env.TEST_JOURNAL_BYTES ?? 0);
process.exit(
  await runMachine(import.meta, {
    runnerCommand: () => [
      process.execPath,
      join(import.meta.dir, '..', 'sidecar', 'fixtures', 'scripted-runner-main.ts'),
    ],
    ptyHostCommand: () => {
      throw new Error('this test has no pty host');
    },
    ...(limit > 0 ? { limits: { machineBytes: limit * 8, sessionBytes: limit } } : {}),
  }),
);
