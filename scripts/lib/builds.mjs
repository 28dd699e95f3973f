/** Old builds: kept while something may run from them. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { dist } from './places.mjs';

const KEPT = 5;
const BUILD_NAME = /^[0-9a-f]{16}$/;
/** A half-made build of a process that was killed. */
const LEFTOVER = /^\.building-[0-9a-f]{16}-(\d+)$/;

/**
 * Deletes all but the newest five builds. One that a living process was started from stays: a machine keeps spawning
 * runners from its own build for as long as its sessions run.
 * @param {string} current
 * @param {string} [folder]
 */
export function pruneBuilds(current, folder = dist) {
  const running = runningCommands();
  if (running === undefined) return; // unknown who runs: nothing is deleted
  const builds = readdirSync(folder)
    .filter((name) => BUILD_NAME.test(name))
    .map((name) => ({ name, at: statSync(join(folder, name)).mtimeMs }))
    .sort((a, b) => b.at - a.at);
  for (const { name } of builds.slice(KEPT)) {
    if (name !== current && !running.includes(`/${name}/`))
      rmSync(join(folder, name), { recursive: true, force: true });
  }
  // Builds are made under a lock: what is left half-made now has no owner any more.
  for (const name of readdirSync(folder))
    if (LEFTOVER.test(name)) rmSync(join(folder, name), { recursive: true, force: true });
}

/** The command lines of all processes, or undefined where they cannot be listed. `ps` is not on every Linux. */
function runningCommands() {
  if (existsSync('/proc/self/cmdline'))
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(commandOf)
      .join('\n');
  const ps = spawnSync('ps', ['-A', '-ww', '-o', 'args='], { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  return ps.status === 0 ? ps.stdout : undefined;
}

/** @param {string} pid */
function commandOf(pid) {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return ''; // ended meanwhile
  }
}
