import { dlopen, type FFIFunction, ptr, read } from 'bun:ffi';

/**
 * The libc calls of the launcher. A library handle of its own, for the launcher is a small program that must start fast. All of this acts
 * on the calling thread, which is the main one and the one that `execv` keeps.
 */
const symbols = {
  syscall: { args: ['i64', 'u64', 'u64', 'u64', 'u64', 'u64'], returns: 'i64' },
  prctl: { args: ['i32', 'u64', 'u64', 'u64', 'u64'], returns: 'i32' },
  open: { args: ['ptr', 'i32', 'i32'], returns: 'i32' },
  close: { args: ['i32'], returns: 'i32' },
  fcntl: { args: ['i32', 'i32', 'i32'], returns: 'i32' },
  execv: { args: ['ptr', 'ptr'], returns: 'i32' },
  __errno_location: { args: [], returns: 'ptr' },
} as const satisfies Record<string, FFIFunction>;

type Libc = ReturnType<typeof openLibc>;
let opened: Libc | undefined;

function openLibc() {
  try {
    return dlopen('libc.so.6', symbols).symbols;
  } catch {
    return dlopen('libc.so', symbols).symbols; // musl's name
  }
}

function libc(): Libc {
  opened ??= openLibc();
  return opened;
}

/** Fails with what was tried and the system's error number, best effort: the runtime may have made a call in between. */
function failed(call: string): Error {
  const address = libc().__errno_location();
  return new Error(`${call} failed with errno ${address === null ? '?' : read.i32(address, 0)}`);
}

export function systemCall(name: string, number: number, ...args: (number | bigint)[]): number {
  const [a = 0, b = 0, c = 0, d = 0, e = 0] = args.map(BigInt);
  const result = Number(libc().syscall(BigInt(number), BigInt(a), BigInt(b), BigInt(c), BigInt(d), BigInt(e)));
  if (result < 0) throw failed(name);
  return result;
}

export function processControl(name: string, option: number, value: number): void {
  if (libc().prctl(option, BigInt(value), 0n, 0n, 0n) !== 0) throw failed(name);
}

/** As `processControl`, for what a kernel may not know; false then. */
export function tryProcessControl(option: number, value: number): boolean {
  return libc().prctl(option, BigInt(value), 0n, 0n, 0n) === 0;
}

const O_PATH = 0o10000000;
const O_CLOEXEC = 0o2000000;

/** A descriptor that only names the file; null when there is none. */
export function openPath(path: string): number | null {
  const fd = libc().open(ptr(cString(path)), O_PATH | O_CLOEXEC, 0);
  return fd < 0 ? null : fd;
}

export function closeDescriptor(fd: number): void {
  libc().close(fd);
}

const F_SETFD = 2;

/** Bun opens everything close-on-exec, its standard streams too: the next program needs them. */
export function keepOnExec(fd: number): void {
  libc().fcntl(fd, F_SETFD, 0);
}

/** Becomes another program, with this one's environment. Returns only by failing. */
export function execute(command: readonly string[]): never {
  const words = command.map(cString);
  const list = new BigUint64Array([...words.map((word) => BigInt(ptr(word))), 0n]);
  libc().execv(ptr(words[0] as Buffer), ptr(list));
  throw failed(`starting ${command[0]}`);
}

export function address(buffer: NodeJS.ArrayBufferView): bigint {
  return BigInt(ptr(buffer));
}

function cString(text: string): Buffer {
  if (text.includes('\0')) throw new Error('a path or argument with a zero byte in it');
  return Buffer.from(`${text}\0`);
}
