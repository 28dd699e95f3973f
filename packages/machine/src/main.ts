import { runMachine } from './run-machine.ts';

try {
  process.exit(await runMachine(import.meta));
} catch (error) {
  process.stderr.write(`agor machine: ${(error as Error).message}\n`);
  process.exit(1);
}
