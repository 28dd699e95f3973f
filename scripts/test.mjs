/**
 * `npm test [-- --all | --only static|unit|web|e2e|agents]`: sets up, builds, runs everything, and ends with one line of counts.
 * `--all` adds the real agents that are not among the usual ones.
 * Exits with 0 only when nothing failed.
 */
import { constants } from 'node:os';
import { build } from './build.mjs';
import { runMain } from './lib/run.mjs';
import { setup } from './setup.mjs';
import { ensureBubblewrap } from './test/bubblewrap.mjs';
import { ensureChromium } from './test/chromium.mjs';
import { ensureDbus } from './test/dbus.mjs';
import { ensureKeyring } from './test/keyring.mjs';
import { failStep, killSteps, runStep } from './test/run-step.mjs';
import { ensureSshd } from './test/sshd.mjs';
import { allSteps } from './test/steps.mjs';

/**
 * @typedef {import('./test/run-step.mjs').Step} Step
 * @typedef {import('./test/counts.mjs').Counts} Counts
 */

const GROUPS = /** @type {const} */ (['static', 'unit', 'web', 'e2e', 'agents']);
/** What runs when nothing is chosen; the real agents, whose programs are 1.5 GB, only when asked for. */
const USUAL = /** @type {const} */ (['static', 'unit', 'web', 'e2e']);
/** How many steps run side by side. Those with a browser or many processes have the computer to themselves. */
const AT_ONCE = { static: 2, unit: 2, web: 1, e2e: 1, agents: 1 };
/** @type {Counts} */
const FAILED = { passed: 0, failed: 1, skips: [] };

for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) {
  process.on(signal, () => {
    killSteps();
    process.exit(128 + constants.signals[signal]);
  });
}

await runMain(async () => {
  const args = process.argv.slice(2);
  const all = args.length === 1 && args[0] === '--all';
  const groups = all ? GROUPS : chosenGroups(args);
  if (!(await prepared('install', setup))) return summarize([FAILED]);
  /** @type {Counts[]} */
  const results = [];
  // Without a build nothing that runs our programs tells the truth: only the checks that need none are run then.
  const built = groups.every((group) => group === 'static') || (await prepared('build', build));
  if (!built) results.push(FAILED);
  // What stands for others in the usual steps is not run twice.
  const steps = allSteps().filter((step) => !(all && step.group === 'agents' && step.isUsual));
  for (const group of built ? groups : /** @type {const} */ (['static'])) {
    results.push(
      ...(await runGroup(
        steps.filter((step) => step.group === group),
        AT_ONCE[group],
      )),
    );
  }
  summarize(results);
});

/**
 * @param {string} what
 * @param {() => Promise<unknown>} work
 */
async function prepared(what, work) {
  try {
    await work();
    return true;
  } catch (error) {
    process.stdout.write(`FAIL ${what}: ${error instanceof Error ? error.message : error}\n\n`);
    return false;
  }
}

/**
 * @param {string[]} args
 * @returns {readonly (typeof GROUPS)[number][]}
 */
function chosenGroups(args) {
  if (args.length === 0) return USUAL;
  const chosen = GROUPS.find((group) => args.length === 2 && args[0] === '--only' && args[1] === group);
  if (!chosen)
    throw new Error(`unknown arguments: ${args.join(' ')}. Usage: npm test [-- --all | --only ${GROUPS.join('|')}]`);
  return [chosen];
}

/**
 * @param {Step[]} steps
 * @param {number} atOnce
 * @returns {Promise<Counts[]>}
 */
async function runGroup(steps, atOnce) {
  const waiting = [...steps];
  /** @type {Counts[]} */
  const results = [];
  const worker = async () => {
    for (let step = waiting.shift(); step; step = waiting.shift()) results.push(await runWithSystem(step));
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return results;
}

/**
 * @param {Step} step
 * @returns {Promise<Counts>}
 */
async function runWithSystem(step) {
  try {
    if (step.needsBubblewrap) ensureBubblewrap();
    if (step.needsDbus) ensureDbus();
    if (step.needsKeyring) ensureKeyring();
    if (step.needsSshd) ensureSshd();
    if (!step.needsChromium) return await runStep(step);
    return await runStep({ ...step, env: { ...step.env, AGOR_CHROMIUM: ensureChromium() } });
  } catch (error) {
    return failStep(step, error instanceof Error ? error.message : String(error));
  }
}

/** @param {Counts[]} results */
function summarize(results) {
  const sum = (/** @type {(counts: Counts) => number} */ of) =>
    results.reduce((total, counts) => total + of(counts), 0);
  const failed = sum((counts) => counts.failed);
  const skips = results.flatMap((counts) => counts.skips);
  for (const { name, reason } of skips) process.stdout.write(`skipped: ${name}: ${reason}\n`);
  for (const name of results.flatMap(({ failures = [] }) => failures)) process.stdout.write(`failed: ${name}\n`);
  process.stdout.write(
    `\n${sum((counts) => counts.passed)} passed, ${failed} failed${skips.length > 0 ? `, ${skips.length} skipped` : ''}\n`,
  );
  process.exitCode = failed > 0 ? 1 : 0;
}
