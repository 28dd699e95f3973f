import { runHub } from './run-hub.ts';

process.on('uncaughtException', (error) => {
  process.stderr.write(`agor: the hub made a mistake and ends: ${error.stack ?? String(error)}\n`);
  process.exit(1);
});

// What was awaited by nobody concerns nobody's state: it is said, and the windows keep their hub.
process.on('unhandledRejection', (error) => {
  process.stderr.write(`agor: the hub made a mistake: ${error instanceof Error ? error.stack : String(error)}\n`);
});

runHub(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`agor: the hub can't start: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  },
);
