/** Runs one step of `npm test` and reports it in one line. */
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cache, root } from '../lib/places.mjs';
import { freshEnvironment } from './environment.mjs';
import { endLeftovers, MARK } from './leftovers.mjs';

/**
 * @typedef {import('./counts.mjs').Counts} Counts
 * @typedef {import('./counts.mjs').Ended} Ended
 * @typedef {{
 *   name: string,
 *   group: 'static' | 'unit' | 'web' | 'e2e' | 'agents',
 *   command: string[],
 *   count: (ended: Ended) => Counts,
 *   limitMinutes: number,
 *   cwd?: string,
 *   env?: NodeJS.ProcessEnv,
 *   needsChromium?: boolean,
 *   needsBubblewrap?: boolean,
 *   needsDbus?: boolean,
 *   needsKeyring?: boolean,
 *   needsSshd?: boolean,
 *   isUsual?: boolean,
 * }} Step `command` runs in `cwd` (default: the clone); `{report}` in it or in `env` becomes the path of its report file. `isUsual`: of the real agents' tests, it also runs among the usual steps
 */

const logs = join(cache, 'test-logs');
/** What one step may print before the rest is cut: a runaway test must not fill memory. */
const MAX_OUTPUT = 32 * 1024 * 1024;
/** What an ended process wrote last may still be in the pipe. */
const DRAIN_MS = 50;
/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set();

/**
 * @param {Step} step
 * @returns {Promise<Counts>}
 */
export async function runStep(step) {
  const started = Date.now();
  const ended = await execute(step);
  const counts = step.count(ended);
  if (ended.left.length > 0) counts.failed += 1;
  report(step.name, counts, Date.now() - started);
  for (const name of counts.failures ?? []) process.stdout.write(`  failed: ${name}\n`);
  if (!ended.ok || counts.failed > 0) process.stdout.write(`${withoutPasses(ended.output).trimEnd()}\n\n`);
  for (const command of ended.left) process.stdout.write(`  left behind and ended: ${command}\n`);
  return counts;
}

/**
 * What is read of a failed step's output is often its beginning only: hundreds of passes would stand there.
 * @param {string} output
 */
function withoutPasses(output) {
  return output.replaceAll(/^(?:\(pass\)| +[✓✔] ).*\n/gmu, '');
}

/**
 * Reports a step that could not be run.
 * @param {Step} step
 * @param {string} why
 * @returns {Counts}
 */
export function failStep(step, why) {
  const counts = { passed: 0, failed: 1, skips: [] };
  report(step.name, counts, 0);
  process.stdout.write(`${why}\n\n`);
  return counts;
}

/** Ends every step that runs, with all that it started. */
export function killSteps() {
  for (const child of running) killGroup(child);
}

/**
 * @param {string} name
 * @param {Counts} counts
 * @param {number} ms
 */
function report(name, counts, ms) {
  const skipped = counts.skips.length > 0 ? `, ${counts.skips.length} skipped` : '';
  const verdict = counts.failed > 0 ? 'FAIL' : 'ok';
  process.stdout.write(
    `${verdict.padEnd(5)}${name.padEnd(24)}${`${(ms / 1000).toFixed(1)} s`.padStart(8)}   ${counts.passed} passed, ${counts.failed} failed${skipped}\n`,
  );
}

/**
 * @param {Step} step
 * @returns {Promise<Ended & { left: string[] }>}
 */
async function execute(step) {
  const mark = randomUUID();
  const { home, env } = freshEnvironment();
  const kept = join(logs, step.name.replaceAll(/\W+/g, '-'));
  const report = `${kept}.json`;
  mkdirSync(logs, { recursive: true });
  rmSync(report, { force: true });
  const fill = (/** @type {string | undefined} */ text) => text?.replace('{report}', report) ?? '';
  const [file = '', ...args] = step.command.map(fill);
  const extra = Object.fromEntries(Object.entries(step.env ?? {}).map(([name, value]) => [name, fill(value)]));
  try {
    const child = spawn(file, args, {
      cwd: step.cwd ?? root,
      env: { ...env, ...extra, [MARK]: mark },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    const { output, ok } = await collect(child, step.limitMinutes);
    const left = await endLeftovers(mark);
    writeFileSync(`${kept}.log`, output);
    return { output, ok, left, report };
  } finally {
    rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  }
}

/**
 * @param {import('node:child_process').ChildProcess} child
 * @param {number} limitMinutes
 * @returns {Promise<{ output: string, ok: boolean }>}
 */
function collect(child, limitMinutes) {
  return new Promise((resolve) => {
    let output = '';
    const keep = (/** @type {string} */ text) => {
      if (output.length < MAX_OUTPUT) output += text;
    };
    const limit = setTimeout(() => {
      keep(`\nEnded: it took longer than ${limitMinutes} minutes.\n`);
      killGroup(child);
    }, limitMinutes * 60_000);
    const end = (/** @type {boolean} */ ok) => {
      clearTimeout(limit);
      running.delete(child);
      resolve({ output, ok });
    };
    running.add(child);
    child.stdout?.setEncoding('utf8').on('data', keep);
    child.stderr?.setEncoding('utf8').on('data', keep);
    child.once('error', (error) => {
      keep(`could not be started: ${error.message}\n`);
      end(false);
    });
    // 'exit' and not 'close': a process that was left behind may hold the pipes open. It is dealt with afterwards.
    child.once('exit', (code, signal) => {
      if (signal) keep(`\nEnded by ${signal}.\n`);
      setTimeout(() => end(code === 0), DRAIN_MS);
    });
  });
}

/** @param {import('node:child_process').ChildProcess} child */
function killGroup(child) {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // the whole group is gone already
  }
}
