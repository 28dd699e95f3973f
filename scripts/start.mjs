/** `npm start [-- ARGS]`: installs, builds, then is `bin/agor ARGS` as far as signals and the exit code go. */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { join } from 'node:path';
import { root } from './lib/places.mjs';
import { runMain } from './lib/run.mjs';
import { prepare } from './prepare.mjs';

await runMain(async () => {
  await prepare();
  const child = spawn(join(root, 'bin/agor'), process.argv.slice(2), { stdio: 'inherit' });
  child.once('error', (error) => {
    process.stderr.write(`agor: bin/agor could not be started: ${error.message}\n`);
    process.exitCode = 1;
  });
  // A terminal's Ctrl-C reaches the whole foreground group, the child included: passing it on would double it.
  process.on('SIGINT', () => process.stdin.isTTY || child.kill('SIGINT'));
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  process.on('SIGHUP', () => child.kill('SIGHUP'));
  child.once('exit', (code, signal) => {
    process.exitCode = signal ? 128 + constants.signals[signal] : (code ?? 1);
  });
});
