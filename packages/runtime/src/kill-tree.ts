import { type Clock, delay, systemClock } from './clock.ts';
import {
  bootId,
  isAlive,
  isZombie,
  listProcesses,
  type ProcessInfo,
  type ProcessRef,
  processesWithEnv,
} from './process-table.ts';

export interface EndOptions {
  /** The process that was started, if it is known; it may have ended already. */
  readonly root?: ProcessRef | undefined;
  /** The environment entry that the tree was started with, and that its processes inherit. */
  readonly mark: { readonly name: string; readonly value: string };
  /** Looks for processes that belong to the tree by what else is known of it, such as their namespace; asked at each look. */
  readonly others?: () => readonly number[];
  /** How long processes may take to end by themselves after TERM. */
  readonly graceMs?: number;
  readonly clock?: Clock;
}

export interface EndReport {
  /** How many processes belonged to the tree. */
  readonly found: number;
  /** Those that did not end within the grace and were killed. */
  readonly killed: readonly ProcessRef[];
  /** What could not be ended: another user's, or stuck in the kernel. Normally empty. */
  readonly left: readonly ProcessRef[];
}

const DEFAULT_GRACE_MS = 3_000;
const FIRST_POLL_MS = 10;
const MAX_POLL_MS = 100;
const MAX_KILL_ROUNDS = 100;
const MAX_STOP_ROUNDS = 20;
/** In the middle of its exec a process has no environment, and so no mark, for well under a millisecond. */
const EXEC_MS = 10;

/**
 * Ends everything that a session started (architecture §5.6): TERM to all, then KILL to what is left after the grace, then looks again until
 * nothing is left. Ends as soon as all are gone. Never touches init, this process, its ancestors or their sessions and groups.
 *
 * Out of reach is only a process that left in all four ways at once, before we looked: parent, session, group and environment; and that
 * `others` does not know.
 */
export async function endTree(options: EndOptions): Promise<EndReport> {
  const { graceMs = DEFAULT_GRACE_MS, clock = systemClock } = options;
  if (options.mark.value === '') throw new Error('an empty mark would find processes of others');
  const tree = new Tree(options);
  const deadline = clock.monotonic() + graceMs;
  for (let alive = await tree.lookTwice(clock); alive.length > 0; alive = await tree.lookTwice(clock)) {
    if (clock.monotonic() >= deadline) return killAll(tree, clock);
    for (const member of alive) {
      signal(member, 'SIGTERM');
      // A stopped process would see TERM only when it goes on. Sent to all: one that is just being stopped does not look it yet.
      signal(member, 'SIGCONT');
    }
    await allGone(alive, deadline, clock);
  }
  return { found: tree.found, killed: [], left: [] };
}

/** Asks only for those that are known to live, which is cheap; who came since is found by the next look. */
async function allGone(members: readonly ProcessRef[], deadline: number, clock: Clock): Promise<void> {
  for (let pollMs = FIRST_POLL_MS; members.some(isAlive); pollMs = Math.min(pollMs * 1.5, MAX_POLL_MS)) {
    const left = deadline - clock.monotonic();
    if (left <= 0) return;
    await delay(clock, Math.min(pollMs, left));
  }
}

async function killAll(tree: Tree, clock: Clock): Promise<EndReport> {
  const killed = new Map<string, ProcessRef>();
  let alive = tree.look();
  for (let round = 0; alive.length > 0 && round < MAX_KILL_ROUNDS; round++) {
    alive = stopAll(tree, alive);
    for (const member of alive) {
      if (signal(member, 'SIGKILL')) killed.set(key(member), ref(member));
    }
    await delay(clock, Math.min(FIRST_POLL_MS * (round + 1), MAX_POLL_MS));
    alive = tree.look();
  }
  return { found: tree.found, killed: [...killed.values()], left: alive.map(ref) };
}

/** Freezes the tree until no new member appears: a loop that forks faster than we kill would win otherwise. */
function stopAll(tree: Tree, alive: ProcessInfo[]): ProcessInfo[] {
  const stopped = new Set<string>();
  let members = alive;
  for (let round = 0; round < MAX_STOP_ROUNDS; round++) {
    const fresh = members.filter((member) => !stopped.has(key(member)));
    if (fresh.length === 0) break;
    for (const member of fresh) {
      stopped.add(key(member));
      signal(member, 'SIGSTOP');
    }
    members = tree.look();
  }
  return members;
}

/** Remembers who belonged to the tree, so that nobody gets out of it by losing their parent while we look. */
class Tree {
  readonly #options: EndOptions;
  readonly #members = new Set<string>();
  /** Sessions and process groups of the tree, by id. */
  readonly #circles = new Set<number>();

  constructor(options: EndOptions) {
    this.#options = options;
  }

  /** The root, unless it was of an earlier boot: its pid and start time mean nothing now. */
  get #root(): ProcessRef | undefined {
    const { root } = this.#options;
    return root?.bootId === undefined || root.bootId === bootId() ? root : undefined;
  }

  get found(): number {
    return this.#members.size;
  }

  /** All live members; where none is seen, also those that were in the middle of their exec. */
  async lookTwice(clock: Clock): Promise<ProcessInfo[]> {
    const alive = this.look();
    if (alive.length > 0) return alive;
    await delay(clock, EXEC_MS);
    return this.look();
  }

  /** All live members now. */
  look(): ProcessInfo[] {
    const { mark } = this.#options;
    const root = this.#root;
    const marked = new Set([...processesWithEnv(mark.name, mark.value), ...(this.#options.others?.() ?? [])]);
    const processes = listProcesses();
    const byPid = new Map(processes.map((info) => [info.pid, info]));
    const untouchable = untouchables(byPid);
    const candidates = processes.filter((info) => !untouchable.pids.has(info.pid));

    const members = new Map<number, ProcessInfo>();
    const add = (info: ProcessInfo): void => {
      members.set(info.pid, info);
      this.#members.add(key(info));
      for (const id of [info.sid, info.pgid]) {
        if (id > 1 && !untouchable.circles.has(id) && this.#isOwn(id, byPid)) this.#circles.add(id);
      }
    };
    for (const info of candidates) {
      const isRoot = root !== undefined && key(info) === key(root); // as a zombie, too: it still leads its session
      if (isRoot || marked.has(info.pid) || this.#members.has(key(info))) add(info);
    }
    const rootIsGone = root !== undefined && !byPid.has(root.pid) && !untouchable.circles.has(root.pid);
    if (rootIsGone && adoptedOrphanIn(root.pid, candidates)) this.#circles.add(root.pid);

    for (let before = -1; before !== members.size; ) {
      before = members.size;
      for (const info of candidates) {
        if (members.has(info.pid)) continue;
        if (members.has(info.ppid) || this.#circles.has(info.sid) || this.#circles.has(info.pgid)) add(info);
      }
    }
    return [...members.values()].filter((info) => !isZombie(info));
  }

  /** A session or group is the tree's when its leader is, or is gone: a member in a stranger's session must not condemn the stranger. */
  #isOwn(id: number, byPid: ReadonlyMap<number, ProcessInfo>): boolean {
    const leader = byPid.get(id);
    return leader === undefined || this.#members.has(key(leader));
  }
}

/** The dead root's session lives on in a child that came to us as its subreaper: without that, the id might be a stranger's by now. */
function adoptedOrphanIn(circle: number, processes: readonly ProcessInfo[]): boolean {
  return processes.some((info) => info.ppid === process.pid && (info.sid === circle || info.pgid === circle));
}

function untouchables(byPid: ReadonlyMap<number, ProcessInfo>): { pids: Set<number>; circles: Set<number> } {
  const pids = new Set([0, 1]);
  const circles = new Set([0, 1]);
  for (let info = byPid.get(process.pid); info && !pids.has(info.pid); info = byPid.get(info.ppid)) {
    pids.add(info.pid);
    circles.add(info.sid).add(info.pgid);
  }
  return { pids, circles };
}

/** Signals that very process, not one that got its pid since. False when it is gone or not ours to signal. */
function signal(member: ProcessInfo, name: NodeJS.Signals): boolean {
  if (!isAlive(member)) return false;
  try {
    process.kill(member.pid, name);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ESRCH' || code === 'EPERM') return false; // gone meanwhile; or someone else's, which the report's `left` shows
    throw error;
  }
}

const key = (info: ProcessRef): string => `${info.pid}@${info.startTime}`;
const ref = ({ pid, startTime }: ProcessRef): ProcessRef => ({ pid, startTime });
