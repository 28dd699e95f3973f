import { closeSync, constants, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';
import { tryFlock } from './ffi.ts';
import { bootId, isAlive, type ProcessRef, processStartTime } from './process-table.ts';
import { err, ok, type Result } from './result.ts';

/** Held until `release`, dispose, or the death of this process, kill -9 included. */
export interface FileLock extends Disposable {
  readonly path: string;
  /** Replaces what the holder says about itself, beside pid, startTime and bootId. Does nothing after `release`. */
  describe(info: Readonly<Record<string, unknown>>): void;
  release(): void;
}

/** Someone else holds the lock. `heldBy` is what they wrote about themselves (JSON with pid, startTime, bootId), null if not yet written. */
export interface LockHeld {
  readonly heldBy: string | null;
}

// Node's constants lack it, and a child that inherited the descriptor would keep the lock after our death.
const O_CLOEXEC = process.platform === 'darwin' ? 0x1000000 : 0o2000000;

/**
 * Takes the one lock of `path` without waiting. The file stays behind on purpose: removing it would let two holders lock two different files
 * of the same name. Throws when the file cannot be opened or its file system has no locks.
 */
export function acquireLock(
  path: string,
  options: { readonly info?: Readonly<Record<string, unknown>> } = {},
): Result<FileLock, LockHeld> {
  const flags = constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW | O_CLOEXEC;
  let fd = openSync(path, flags, 0o600);
  try {
    if (!tryFlock(fd)) {
      closeSync(fd);
      fd = -1;
      return err({ heldBy: readFileSync(path, 'utf8') || null });
    }
    describeHolder(fd, options.info);
  } catch (error) {
    if (fd >= 0) closeSync(fd);
    throw error;
  }
  const release = () => {
    if (fd < 0) return;
    const held = fd;
    fd = -1;
    try {
      ftruncateSync(held, 0);
    } finally {
      closeSync(held); // releases the lock
    }
  };
  const describe = (info: Readonly<Record<string, unknown>>) => {
    if (fd >= 0) describeHolder(fd, info);
  };
  return ok({ path, describe, release, [Symbol.dispose]: release });
}

/** What a lock's holder wrote about itself. */
export interface LockHolder extends ProcessRef {
  readonly [info: string]: unknown;
}

/**
 * Who holds the lock, without touching it: the `info` of `acquireLock` with pid, startTime, bootId. Null when nobody does (a holder that was killed
 * leaves its words behind; they are not believed).
 */
export function lockHolder(path: string): LockHolder | null {
  let holder: unknown;
  try {
    holder = JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return null; // never locked, released, or just being taken
  }
  return isHolder(holder) && isAlive(holder) ? holder : null;
}

function isHolder(value: unknown): value is LockHolder {
  if (typeof value !== 'object' || value === null) return false;
  const { pid, startTime } = value as Partial<ProcessRef>;
  return typeof pid === 'number' && typeof startTime === 'string';
}

function describeHolder(fd: number, info: Readonly<Record<string, unknown>> = {}): void {
  const text = JSON.stringify({
    pid: process.pid,
    startTime: processStartTime(process.pid),
    bootId: bootId(),
    ...info,
  });
  writeSync(fd, text, 0);
  ftruncateSync(fd, Buffer.byteLength(text));
}
