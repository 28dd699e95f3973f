/** Child processes of the scripts. */
import { spawn } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { root } from './places.mjs';

/**
 * Runs a program to its end with its output on our stderr (stdout belongs to the program that is started afterwards,
 * e.g. `agor serve --json`). Throws when it cannot be started or ends with anything but 0.
 * @param {string} label what the error message calls it
 * @param {string} file
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {Promise<void>}
 */
export function runOrThrow(label, file, args, env = process.env) {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { cwd: root, env, stdio: ['ignore', 2, 2] });
    child.once('error', (error) => reject(new Error(`${label}: ${file} could not be started: ${error.message}`)));
    child.once('exit', (code, signal) => {
      if (code === 0) resolve();
      else reject(new Error(`${label} failed (${signal ?? `exit ${code}`}).`));
    });
  });
}

/**
 * The last lines of defence of every script: an expected failure is a sentence, not a stack.
 * @param {() => Promise<void>} main
 */
export async function runMain(main) {
  try {
    await main();
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    process.stderr.write(`agor: ${process.env.AGOR_DEBUG && error instanceof Error ? error.stack : message}\n`);
    process.exitCode = 1;
  }
}

/**
 * Whether the module was started as a program, and not imported by another script.
 * @param {string} url its `import.meta.url`
 */
export function isMain(url) {
  return process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(url);
}
