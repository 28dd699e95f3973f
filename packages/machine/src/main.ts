import { runMachine } from './run-machine.ts';

// No top-level await: bytecode bundles cannot have it.
runMachine(import.meta).then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`agor machine: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  },
);
