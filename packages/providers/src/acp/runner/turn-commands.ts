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

/** How long a command may take to end by itself after its turn was cancelled; then it is killed. */
const GRACE_MS = 1_000;
const LOOK_MS = 25;

/**
 * The commands that an agent runs, in the process table: the protocol does not tell their processes, and some agents (Codex) end a cancelled
 * turn and leave its commands running. A command leads a session or a group of its own, which the agent's own helpers do not.
 */
export class TurnCommands {
  #before: ReadonlySet<string> = new Set();

  constructor(
    private readonly agent: number,
    private readonly clock: Clock,
  ) {}

  /** A turn begins: what runs by now is of earlier ones, or a helper. */
  mark(): void {
    this.#before = new Set(descendantsOf(this.agent).map(keyOf));
  }

  /** Resolves when what the turn started has ended; what has not after a while is killed, with all below it. */
  async end(): Promise<void> {
    const deadline = this.clock.monotonic() + GRACE_MS;
    const seen = new Map<string, ProcessRef>();
    for (;;) {
      const processes = listProcesses();
      for (const command of this.#started(processes))
        for (const { pid, startTime } of [command, ...descendantsOf(command.pid, processes)])
          seen.set(`${pid} ${startTime}`, { pid, startTime });
      const alive = [...seen.values()].filter(isAlive);
      if (alive.length === 0) return;
      if (this.clock.monotonic() > deadline) {
        for (const { pid } of alive) killProcess(pid);
        return;
      }
      await delay(this.clock, LOOK_MS);
    }
  }

  #started(processes: readonly ProcessInfo[]): ProcessInfo[] {
    return descendantsOf(this.agent, processes).filter(
      (each) => (each.pid === each.sid || each.pid === each.pgid) && !this.#before.has(keyOf(each)),
    );
  }
}

function keyOf({ pid, startTime }: ProcessRef): string {
  return `${pid} ${startTime}`;
}
