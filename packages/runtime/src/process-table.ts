import { readdirSync, readFileSync } from 'node:fs';
import { darwinTable } from './process-table-darwin.ts';

/** Names one process for ever: a pid alone is reused. `startTime` is opaque; compare it only for equality. */
export interface ProcessRef {
  readonly pid: number;
  readonly startTime: string;
  /** Start times are counted from boot: a reference that is written to disk carries the boot it belongs to. */
  readonly bootId?: string;
}

export interface ProcessInfo {
  readonly pid: number;
  readonly ppid: number;
  readonly pgid: number;
  /** The session's id; 0 where the system does not tell (macOS). */
  readonly sid: number;
  readonly startTime: string;
  /** The kernel's letter: R running, S sleeping, D waiting for a device, T stopped, Z dead but not yet collected. */
  readonly state: string;
}

/** What differs between operating systems. */
export interface ProcessTable {
  bootId(): string;
  get(pid: number): ProcessInfo | null;
  list(): ProcessInfo[];
  withEnv(name: string, value: string): number[];
}

const linuxTable: ProcessTable = {
  bootId: () => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim(),
  get: (pid) => {
    const stat = readProc(`/proc/${pid}/stat`);
    return stat ? parseStat(stat.toString('latin1')) : null;
  },
  list: () => pids().flatMap((pid) => linuxTable.get(pid) ?? []),
  withEnv: (name, value) => {
    const entry = Buffer.from(`${name}=${value}\0`);
    return pids().filter((pid) => {
      const environ = readProc(`/proc/${pid}/environ`);
      return environ !== null && hasEntry(environ, entry);
    });
  },
};

const table: ProcessTable = process.platform === 'darwin' ? darwinTable : linuxTable;

let cachedBootId: string | undefined;

/** Identifies this boot of the computer. */
export function bootId(): string {
  cachedBootId ??= table.bootId();
  return cachedBootId;
}

/** When the process started, or null when there is none of that pid. */
export function processStartTime(pid: number): string | null {
  return table.get(pid)?.startTime ?? null;
}

/** A durable reference to a running process, or null when there is none of that pid. */
export function processRef(pid: number): ProcessRef | null {
  const startTime = processStartTime(pid);
  return startTime === null ? null : { pid, startTime, bootId: bootId() };
}

/** Whether that very process still runs. A zombie does not. */
export function isAlive(ref: ProcessRef): boolean {
  if (ref.bootId !== undefined && ref.bootId !== bootId()) return false;
  const info = table.get(ref.pid);
  return info !== null && info.startTime === ref.startTime && !isZombie(info);
}

/** Dead, but its parent has not yet collected it. */
export function isZombie(info: ProcessInfo): boolean {
  return info.state === 'Z' || info.state === 'X';
}

/** All processes, zombies included. */
export function listProcesses(): ProcessInfo[] {
  return table.list();
}

/**
 * The processes that were started with `name=value` in their environment. Those of other users, whose environment cannot be read, are left out,
 * and so are programs that overwrote the memory of their environment.
 */
export function processesWithEnv(name: string, value: string): number[] {
  return table.withEnv(name, value);
}

/** Children, their children and so on, without `pid` itself. */
export function descendantsOf(pid: number, processes: readonly ProcessInfo[] = listProcesses()): ProcessInfo[] {
  const children = Map.groupBy(processes, (info) => info.ppid);
  const found: ProcessInfo[] = [];
  const seen = new Set([pid]);
  const queue = [pid];
  for (let parent = queue.shift(); parent !== undefined; parent = queue.shift()) {
    for (const child of children.get(parent) ?? []) {
      if (seen.has(child.pid)) continue;
      seen.add(child.pid);
      found.push(child);
      queue.push(child.pid);
    }
  }
  return found;
}

/** Reads /proc/<pid>/stat. The name in parentheses may itself hold spaces and parentheses, so the fields count from the last one. */
export function parseStat(stat: string): ProcessInfo | null {
  const nameEnd = stat.lastIndexOf(')');
  const fields = stat.slice(nameEnd + 2).split(' ');
  const [state, ppid, pgid, sid] = fields;
  const startTime = fields[19]; // field 22 of the line
  if (nameEnd < 0 || state === undefined || startTime === undefined) return null;
  return { pid: Number.parseInt(stat, 10), ppid: Number(ppid), pgid: Number(pgid), sid: Number(sid), startTime, state };
}

function pids(): number[] {
  return readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? Number(name) : []));
}

/** Null when the process has ended or its files are not ours to read: both are everyday and mean "not there" to the caller. */
function readProc(path: string): Buffer | null {
  try {
    return readFileSync(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ESRCH' || code === 'EACCES' || code === 'EPERM') return null;
    throw error;
  }
}

function hasEntry(environ: Buffer, entry: Buffer): boolean {
  for (let at = environ.indexOf(entry); at >= 0; at = environ.indexOf(entry, at + 1)) {
    if (at === 0 || environ[at - 1] === 0) return true;
  }
  return false;
}
