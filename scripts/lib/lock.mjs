/** One setup or build at a time: twenty commands started at once must not install or build twenty times. */
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { cache } from './places.mjs';

const WAIT_MS = 15 * 60_000;
const POLL_MS = 100;

/**
 * Runs `work` while holding the named lock of this clone. A lock whose holder is dead is taken over.
 * Throws when another living process holds it for longer than 15 minutes.
 * @template T
 * @param {string} name
 * @param {() => T | Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withLock(name, work) {
  const path = join(cache, `${name}.lock`);
  mkdirSync(cache, { recursive: true });
  const giveUpAt = Date.now() + WAIT_MS;
  let told = false;
  while (!tryTake(path)) {
    const holder = holderOf(path);
    if (holder !== undefined && !isAlive(holder)) {
      stealStale(path);
      continue;
    }
    if (Date.now() > giveUpAt)
      throw new Error(
        `${name}: process ${holder} holds ${path} for more than 15 minutes. End it, or delete that file.`,
      );
    if (!told) process.stderr.write(`agor: waiting for another ${name} (process ${holder ?? 'unknown'})\n`);
    told = true;
    await delay(POLL_MS);
  }
  try {
    return await work();
  } finally {
    rmSync(path, { force: true });
  }
}

/** @param {string} path */
function tryTake(path) {
  try {
    writeFileSync(path, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'EEXIST') return false;
    throw error;
  }
}

/**
 * Moved away before it is deleted: of several that see a dead holder only one removes this very file. Another may have
 * taken the lock anew between our look and our move: then it gets its file back.
 * @param {string} path
 */
function stealStale(path) {
  const aside = `${path}.${process.pid}`;
  try {
    renameSync(path, aside);
  } catch {
    return; // someone else was quicker
  }
  const holder = holderOf(aside);
  if (holder !== undefined && isAlive(holder)) renameSync(aside, path);
  else rmSync(aside, { force: true });
}

/** @param {string} path */
function holderOf(path) {
  try {
    const pid = Number(readFileSync(path, 'utf8'));
    return Number.isInteger(pid) && pid > 0 ? pid : undefined;
  } catch {
    return undefined; // given back a moment ago
  }
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM';
  }
}
