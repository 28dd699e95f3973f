import { dlopen, type FFIFunction, read } from 'bun:ffi';

/**
 * The few libc calls that Bun has no API for. The library is opened at the first call, once. Linux first; what macOS lacks says so.
 */

const isMac = process.platform === 'darwin';

const symbols = {
  flock: { args: ['i32', 'i32'], returns: 'i32' },
  setsid: { args: [], returns: 'i32' },
  tcflow: { args: ['i32', 'i32'], returns: 'i32' },
  waitpid: { args: ['i32', 'ptr', 'i32'], returns: 'i32' },
  [isMac ? '__error' : '__errno_location']: { args: [], returns: 'ptr' },
} as const satisfies Record<string, FFIFunction>;

const linuxSymbols = {
  madvise: { args: ['u64', 'u64', 'i32'], returns: 'i32' },
  prctl: { args: ['i32', 'u64', 'u64', 'u64', 'u64'], returns: 'i32' },
  syscall: { args: ['i64', 'ptr', 'u64', 'u32'], returns: 'i64' },
} as const satisfies Record<string, FFIFunction>;

type Libc = {
  flock(fd: number, operation: number): number;
  setsid(): number;
  tcflow(fd: number, action: number): number;
  waitpid(pid: number, status: null, options: number): number;
  madvise?(address: bigint, bytes: bigint, advice: number): number;
  prctl?(option: number, a: bigint, b: bigint, c: bigint, d: bigint): number;
  syscall?(number: bigint, a: null, b: bigint, c: number): bigint;
  errno(): number;
};

let opened: Libc | undefined;

function libc(): Libc {
  opened ??= openLibc();
  return opened;
}

function openLibc(): Libc {
  const names = isMac ? ['libSystem.B.dylib'] : ['libc.so.6', 'libc.so']; // the second is musl's
  for (const name of names) {
    try {
      const lib = dlopen(name, isMac ? symbols : { ...symbols, ...linuxSymbols }).symbols as unknown as Omit<
        Libc,
        'errno'
      > &
        Record<string, () => number>;
      const errnoAddress = lib[isMac ? '__error' : '__errno_location'] as () => Parameters<typeof read.i32>[0];
      return Object.assign({}, lib, { errno: () => read.i32(errnoAddress(), 0) });
    } catch (error) {
      // Try the next name; the last one's error tells what is missing.
      if (name === names.at(-1)) throw error;
    }
  }
  throw new Error('no libc found');
}

/** A libc call failed. `errno` is the system's number, best effort: the runtime may have made a call in between. */
export class SystemCallError extends Error {
  override readonly name = 'SystemCallError';
  constructor(
    readonly call: string,
    readonly errno: number,
  ) {
    super(`${call} failed with errno ${errno}`);
  }
}

const LOCK_EX = 2;
const LOCK_NB = 4;
const EINTR = 4;
const EWOULDBLOCK = isMac ? 35 : 11;

/** Takes the exclusive flock(2) of an open file; false when another open file holds it. */
export function tryFlock(fd: number): boolean {
  for (;;) {
    if (libc().flock(fd, LOCK_EX | LOCK_NB) === 0) return true;
    const errno = libc().errno();
    if (errno === EWOULDBLOCK) return false;
    if (errno !== EINTR) throw new SystemCallError('flock', errno);
  }
}

/** Makes this process the leader of a new session. Throws when it already leads a process group. */
export function setsid(): number {
  const sid = libc().setsid();
  if (sid < 0) throw new SystemCallError('setsid', libc().errno());
  return sid;
}

const PR_SET_PDEATHSIG = 1;
const PR_SET_CHILD_SUBREAPER = 36;

/**
 * Orphans among this process's descendants become its children instead of init's, so that `ppid` keeps leading to us.
 * False where the system cannot do it (macOS). Whoever calls this must reap them: see `reapOrphans`.
 */
export function becomeSubreaper(): boolean {
  return prctl(PR_SET_CHILD_SUBREAPER, 1n);
}

/**
 * The kernel sends `signal` to this process when the thread that started it ends. False where the system cannot do it.
 * Is lost on exec of a set-uid program, and does not reach children.
 */
export function signalOnParentDeath(signal: number): boolean {
  return prctl(PR_SET_PDEATHSIG, BigInt(signal));
}

function prctl(option: number, value: bigint): boolean {
  const call = libc().prctl;
  if (!call) return false;
  if (call(option, value, 0n, 0n, 0n) !== 0) throw new SystemCallError('prctl', libc().errno());
  return true;
}

const TCOOFF = isMac ? 1 : 0;
const TCOON = isMac ? 2 : 1;

/** Stops (`true`) or restarts the output of a terminal, given an open descriptor of its slave side. Writers block meanwhile. */
export function setTerminalPaused(slaveFd: number, paused: boolean): void {
  if (libc().tcflow(slaveFd, paused ? TCOOFF : TCOON) !== 0) throw new SystemCallError('tcflow', libc().errno());
}

const WNOHANG = 1;

/** Collects one dead child. False when it is still alive or no child of ours. Never call it for a child that Bun started: Bun waits for those. */
export function reap(pid: number): boolean {
  return libc().waitpid(pid, null, WNOHANG) === pid;
}

const MADV_DONTNEED = 4;

/**
 * Takes pages of a file's mapping out of this process's memory; the next use reads them in again. Only for mappings that nothing was
 * written to: what was written would be lost. False where the system cannot do it.
 */
export function dropCleanPages(from: bigint, to: bigint): boolean {
  return libc().madvise?.(from, to - from, MADV_DONTNEED) === 0;
}

/** The same number on all of Linux's architectures that we run on. */
const LANDLOCK_CREATE_RULESET = 444n;
const LANDLOCK_VERSION_FLAG = 1;

/** The version of Landlock's interface that this kernel offers; null where there is none, or it is switched off. */
export function landlockAbi(): number | null {
  const abi = Number(libc().syscall?.(LANDLOCK_CREATE_RULESET, null, 0n, LANDLOCK_VERSION_FLAG) ?? -1);
  return abi > 0 ? abi : null;
}
