import { readdirSync, readFileSync } from 'node:fs';
import { type Clock, systemClock, type Timer } from './clock.ts';
import { reap } from './ffi.ts';
import { isZombie, listProcesses } from './process-table.ts';

/** Long enough that Bun has seen the end of its own child in between, short enough that zombies do not pile up. */
const SETTLE_MS = 250;

/**
 * A subreaper inherits orphans, and Bun waits only for the children it started: without this, each orphan stays a zombie for as long as we
 * live. Wakes on SIGCHLD only, so it costs nothing while idle. Dispose to stop.
 *
 * Bun's own children must be left to Bun, or their exit codes are lost. They are told apart by the pidfd that Bun holds for each of them; and,
 * for the moment before it is opened or where the kernel has none, by having been a zombie in two looks while Bun's loop went round.
 */
export function reapOrphans(clock: Clock = systemClock): Disposable {
  if (process.platform !== 'linux') return { [Symbol.dispose]: () => {} }; // nobody inherits orphans there but launchd

  let suspects = new Set<number>();
  let pending: Timer | undefined;

  const sweep = (): void => {
    pending = undefined;
    const orphans = orphanZombies();
    suspects = new Set(orphans.filter((pid) => !(suspects.has(pid) && reap(pid))));
    if (suspects.size > 0) schedule();
  };
  const schedule = (): void => {
    pending ??= clock.setTimeout(sweep, SETTLE_MS);
  };

  process.on('SIGCHLD', schedule);
  schedule(); // for those that died before we listened
  return {
    [Symbol.dispose]: () => {
      process.off('SIGCHLD', schedule);
      pending?.cancel();
    },
  };
}

function orphanZombies(): number[] {
  const zombies = listProcesses().filter((info) => info.ppid === process.pid && isZombie(info));
  if (zombies.length === 0) return [];
  const watched = pidsWatchedByPidfd();
  return zombies.map((info) => info.pid).filter((pid) => !watched.has(pid));
}

function pidsWatchedByPidfd(): Set<number> {
  const pids = new Set<number>();
  for (const fd of readdirSync('/proc/self/fdinfo')) {
    let info: string;
    try {
      info = readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8');
    } catch {
      continue; // closed since it was listed
    }
    const pid = /^Pid:\s*(\d+)$/m.exec(info)?.[1];
    if (pid) pids.add(Number(pid));
  }
  return pids;
}
