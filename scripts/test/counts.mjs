/** Reads what each test runner says about itself into one shape. */
import { existsSync, readFileSync } from 'node:fs';

/**
 * @typedef {{ name: string, reason: string }} Skip
 * @typedef {{ passed: number, failed: number, skips: Skip[], failures?: string[] }} Counts `failures`: the names of what failed, where the runner tells them
 * @typedef {{ output: string, ok: boolean, report: string }} Ended how a step ended: its output, whether it exited with 0, the path of its report file
 */

const NO_REASON = 'no reason given: end the name of the test with "(needs …)"';

/**
 * A check without tests of its own counts as one.
 * @param {Ended} ended
 * @returns {Counts}
 */
export function oneCheck({ ok }) {
  return ok ? { passed: 1, failed: 0, skips: [] } : { passed: 0, failed: 1, skips: [] };
}

/**
 * `bun test` prints " 12 pass", " 1 skip", " 0 fail"; a skipped test's reason is the "(needs …)" at the end of its name.
 * @param {Ended} ended
 * @returns {Counts}
 */
export function bunTest({ output, ok }) {
  const passed = numberBefore(output, 'pass');
  if (passed === undefined) return crashed();
  const skips = [...output.matchAll(/^\((?:skip|todo)\) (.*?)(?: \[[\d.]+ ?m?s\])?$/gm)].map(([, name = '']) =>
    skip(name),
  );
  // A long run repeats them at its end.
  const failures = new Set(
    [...output.matchAll(/^\(fail\) (.*?)(?: \[[\d.]+ ?m?s\])?$/gm)].map(([, name = '']) => name),
  );
  return atLeastOneFailed({ passed, failed: numberBefore(output, 'fail') ?? 0, skips, failures: [...failures] }, ok);
}

/**
 * @param {Ended} ended
 * @returns {Counts}
 */
export function vitest({ ok, report }) {
  const json = readReport(report);
  if (!json) return crashed();
  const files = /** @type {any[]} */ (json.testResults);
  const tests = files.flatMap((file) => file.assertionResults);
  const brokenFiles = files.filter(
    (file) =>
      file.status === 'failed' && !file.assertionResults.some((/** @type {any} */ test) => test.status === 'failed'),
  );
  const skips = tests
    .filter((test) => ['skipped', 'pending', 'todo', 'disabled'].includes(test.status))
    .map((test) => skip(test.fullName));
  const failures = [
    ...tests.filter((test) => test.status === 'failed').map((test) => test.fullName),
    ...brokenFiles.map((file) => file.name),
  ];
  const passed = tests.filter((test) => test.status === 'passed').length;
  return atLeastOneFailed({ passed, failed: failures.length, skips, failures }, ok);
}

/**
 * A test that passed only when tried again counts as failed: it found something.
 * @param {Ended} ended
 * @returns {Counts}
 */
export function playwright({ ok, report }) {
  const json = readReport(report);
  if (!json) return crashed();
  const tests = /** @type {any[]} */ (json.suites).flatMap(playwrightTests);
  const skips = tests
    .filter((test) => test.status === 'skipped')
    .map((test) =>
      skip(
        test.title,
        test.annotations.find((/** @type {any} */ a) => a.type === 'skip' || a.type === 'fixme')?.description,
      ),
    );
  const failures = tests
    .filter((test) => test.status === 'unexpected' || test.status === 'flaky')
    .map((test) => test.title);
  const passed = tests.filter((test) => test.status === 'expected').length;
  return atLeastOneFailed({ passed, failed: failures.length, skips, failures }, ok);
}

/**
 * @param {any} suite
 * @returns {any[]}
 */
function playwrightTests(suite) {
  const own = (suite.specs ?? []).flatMap((/** @type {any} */ spec) =>
    spec.tests.map((/** @type {any} */ test) => ({ ...test, title: `${suite.title} › ${spec.title}` })),
  );
  return [...own, ...(suite.suites ?? []).flatMap(playwrightTests)];
}

/**
 * @param {string} name
 * @param {string} [reason]
 * @returns {Skip}
 */
function skip(name, reason) {
  return { name, reason: reason ?? name.match(/\((needs .*)\)\s*$/)?.[1] ?? NO_REASON };
}

/**
 * @param {string} output
 * @param {string} word
 */
function numberBefore(output, word) {
  const found = [...output.matchAll(new RegExp(`^\\s*(\\d+) ${word}$`, 'gm'))].at(-1);
  return found ? Number(found[1]) : undefined;
}

/** @param {string} path */
function readReport(path) {
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined;
}

/** @returns {Counts} */
function crashed() {
  return { passed: 0, failed: 1, skips: [] };
}

/**
 * A runner that ends badly with no failed test has failed all the same (an error between two tests, a crash at the end).
 * @param {Counts} counts
 * @param {boolean} ok
 * @returns {Counts}
 */
function atLeastOneFailed(counts, ok) {
  return ok || counts.failed > 0 ? counts : { ...counts, failed: 1 };
}
