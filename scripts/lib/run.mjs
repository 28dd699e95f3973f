/** Child processes of the scripts. */
import { spawn } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { root } from './places.mjs';

/** A program ended badly; `output` holds the end of what it wrote. */
export class RunError extends Error {
  /**
   * @param {string} message
   * @param {string} output
   */
  constructor(message, output) {
    super(message);
    this.output = output;
  }
}

/** How much of a program's output an error keeps. */
const KEPT_OUTPUT = 16_384;

/**
 * Runs a program to its end with its output on our stderr (stdout belongs to the program that is started afterwards,
 * e.g. `agor serve --json`). Throws a `RunError` when it cannot be started or ends with anything but 0.
 * @param {string} label what the error message calls it
 * @param {string} file
 * @param {string[]} args
 * @returns {Promise<void>}
 */
export function runOrThrow(label, file, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => {
        process.stderr.write(text);
        output = (output + text).slice(-KEPT_OUTPUT);
      });
    }
    child.once('error', (error) =>
      reject(new RunError(`${label}: ${file} could not be started: ${error.message}`, '')),
    );
    child.once('close', (code, signal) => {
      if (code === 0) resolve();
      else reject(new RunError(`${label} failed (${signal ?? `exit ${code}`}).`, output));
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
