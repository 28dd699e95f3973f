/** Finds processes that a step left behind: "no process is left behind" holds for the tests too. */
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

const GRACE_MS = 5_000;
const POLL_MS = 100;

/** The variable whose value marks everything that one step started. */
export const MARK = 'AGOR_TEST_STEP';

/**
 * Ends what still runs with this mark some seconds after its step ended, and returns the command lines of what it had to end.
 * Linux only: elsewhere the environment of a process cannot be read.
 * @param {string} mark
 * @param {number} [graceMs]
 * @returns {Promise<string[]>}
 */
export async function endLeftovers(mark, graceMs = GRACE_MS) {
  const giveUpAt = Date.now() + graceMs;
  let left = marked(mark);
  while (left.length > 0 && Date.now() < giveUpAt) {
    await delay(POLL_MS);
    left = marked(mark);
  }
  const commands = left.map(({ command }) => command);
  for (let round = 0; left.length > 0 && round < 10; round++) {
    for (const { pid } of left) kill(pid);
    await delay(POLL_MS);
    left = marked(mark);
  }
  return commands;
}

/** @param {string} mark */
function marked(mark) {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && readProc(name, 'environ').includes(`${MARK}=${mark}\0`))
    .map((pid) => ({ pid: Number(pid), command: readProc(pid, 'cmdline').replaceAll('\0', ' ').trim() }));
}

/**
 * @param {string} pid
 * @param {'environ' | 'cmdline'} file
 */
function readProc(pid, file) {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return ''; // ended meanwhile, or another user's
  }
}

/** @param {number} pid */
function kill(pid) {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // ended by itself in between
  }
}
