import { becomeSubreaper, landlockAbi } from '@agor/runtime';
import type { Finding } from './finding.ts';

/** From this version of Landlock on it also keeps a process from other processes' signals and abstract sockets. */
const SCOPED_ABI = 6;

/** What the system offers to hold agents: to end all that they start, and to fence them in. */
export function kernel(): Finding[] {
  return [subreaper(), landlock()];
}

function subreaper(): Finding {
  const name = 'subreaper';
  try {
    // Of this process, which ends in a moment and starts nothing.
    if (becomeSubreaper())
      return { name, state: 'good', detail: 'orphans of agents stay with agor and are ended with them' };
    return { name, state: 'info', detail: 'this system has none; orphans of agents are found by their environment' };
  } catch (error) {
    return {
      name,
      state: 'warn',
      detail: `refused: ${(error as Error).message}; orphans are found by their environment`,
    };
  }
}

function landlock(): Finding {
  const name = 'Landlock';
  const abi = landlockAbi();
  if (abi === null)
    return { name, state: 'warn', detail: 'not offered by this system: agents cannot be fenced in by it' };
  const detail = `ABI ${abi}${abi < SCOPED_ABI ? `; from ${SCOPED_ABI} on it also fences off signals and abstract sockets` : ''}`;
  return { name, state: 'good', detail };
}
