/** `node scripts/bun.mjs FILE ARGS`: sets up, builds, and runs a TypeScript file with the clone's own Bun (bench, chaos). */
import { spawn } from 'node:child_process';
import { build } from './build.mjs';
import { findBun } from './lib/places.mjs';
import { runMain } from './lib/run.mjs';
import { setup } from './setup.mjs';

await runMain(async () => {
  await setup();
  await build();
  const child = spawn(/** @type {string} */ (findBun()), process.argv.slice(2), { stdio: 'inherit' });
  process.on('SIGINT', () => process.stdin.isTTY || child.kill('SIGINT'));
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  child.once('exit', (code) => {
    process.exitCode = code ?? 1;
  });
});
