import { type Clock, delay, descendantsOf, isAlive, listProcesses, type ProcessRef } from '@agor/runtime';
import type { Calls, Terminal } from './calls.ts';

/** How long a command may take to end after Codex was told to end it; then it is killed. */
const GRACE_MS = 1_500;
const LOOK_MS = 20;

/**
 * Ends commands that an interrupt leaves running, and looks at the process table until they and all they started are gone. Codex ends the
 * turn only: its terminals go on. `which` says which of them are meant.
 */
export async function endCommands(
  calls: Calls,
  threadId: string,
  which: (terminal: Terminal) => boolean,
  clock: Clock,
): Promise<void> {
  const terminals = (await calls.terminals({ threadId })).filter(which);
  if (terminals.length === 0) return;
  const trees = treesOf(terminals.flatMap(({ osPid }) => osPid ?? []));
  await Promise.all(terminals.map(({ processId }) => calls.terminate({ threadId, processId })));
  const deadline = clock.monotonic() + GRACE_MS;
  while (trees.some(isAlive)) {
    if (clock.monotonic() > deadline) return kill(trees.filter(isAlive));
    await delay(clock, LOOK_MS);
  }
}

/** The processes of those pids, what they started, and what shares their sessions. */
function treesOf(pids: readonly number[]): ProcessRef[] {
  const processes = listProcesses();
  const found = new Map<number, ProcessRef>();
  for (const pid of pids) {
    const own = processes.filter((each) => each.pid === pid || each.sid === pid);
    for (const each of [...own, ...own.flatMap((info) => descendantsOf(info.pid, processes))])
      found.set(each.pid, each);
  }
  return [...found.values()].map(({ pid, startTime }) => ({ pid, startTime }));
}

function kill(processes: readonly ProcessRef[]): void {
  for (const { pid } of processes) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch (error) {
      // It has just ended by itself.
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
}
