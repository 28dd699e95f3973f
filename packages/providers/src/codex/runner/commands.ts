import {
  type Clock,
  delay,
  descendantsOf,
  isAlive,
  listProcesses,
  type ProcessInfo,
  type ProcessRef,
} from '@agor/runtime';
import { killProcess } from '../../kill.ts';
import type { Calls, Terminal } from './calls.ts';

/** How long a command may take to end after Codex was told to end it; then it is killed. */
const GRACE_MS = 1_500;
const LOOK_MS = 20;

/**
 * The commands that Codex runs, in the process table. Codex does not tell their processes, and an interrupt ends the turn only: they go on.
 * A command leads a session of its own, which no other child of Codex does (MCP servers, helpers).
 */
export class Commands {
  #before: ReadonlySet<string> = new Set();

  constructor(
    private readonly server: number,
    private readonly clock: Clock,
  ) {}

  /** A turn begins: what runs by now is of earlier ones, and stays when this one is interrupted. */
  mark(): void {
    this.#before = new Set(this.#roots(listProcesses()).map(keyOf));
  }

  /** Ends the terminals of which `which` says so, and looks until the processes of this turn, or all of them, are gone. */
  async end(
    calls: Calls,
    threadId: string,
    scope: 'turn' | 'all',
    which: (terminal: Terminal) => boolean,
  ): Promise<void> {
    const seen = new Map<string, ProcessRef>();
    const look = (): { alive: ProcessRef[]; orphans: ProcessRef[] } => {
      const processes = listProcesses();
      const roots = this.#roots(processes).filter((each) => scope === 'all' || !this.#before.has(keyOf(each)));
      for (const root of roots)
        for (const { pid, startTime } of [root, ...descendantsOf(root.pid, processes)])
          seen.set(keyOf({ pid, startTime }), { pid, startTime });
      const alive = [...seen.values()].filter(isAlive);
      const held = new Set(descendantsOf(this.server, processes).map(({ pid }) => pid));
      return { alive, orphans: alive.filter(({ pid }) => !held.has(pid)) };
    };
    // Before Codex ends them: what they started is nobody's child afterwards.
    look();
    const terminals = (await calls.terminals({ threadId })).filter(which);
    await Promise.all(terminals.map(({ processId }) => calls.terminate({ threadId, processId })));
    const deadline = this.clock.monotonic() + GRACE_MS;
    for (let { alive, orphans } = look(); alive.length > 0; { alive, orphans } = look()) {
      const late = this.clock.monotonic() > deadline;
      // Codex ends the first process of a command; what that has left behind is ours to end.
      for (const each of late ? alive : orphans) killProcess(each.pid);
      if (late) return;
      await delay(this.clock, LOOK_MS);
    }
  }

  #roots(processes: readonly ProcessInfo[]): ProcessInfo[] {
    const server = processes.find(({ pid }) => pid === this.server);
    // Where the system tells no sessions, groups must do.
    const ofServer = ({ sid, pgid }: ProcessInfo) => (sid === 0 ? pgid === server?.pgid : sid === server?.sid);
    return processes.filter((each) => each.ppid === this.server && !ofServer(each));
  }
}

function keyOf({ pid, startTime }: ProcessRef): string {
  return `${pid} ${startTime}`;
}
