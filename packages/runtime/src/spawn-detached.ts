import { closeSync, openSync } from 'node:fs';
import { type ProcessRef, processRef } from './process-table.ts';

export interface DetachedOptions {
  /** The whole environment: nothing of this process's own is added, for that belongs to whoever started it. */
  readonly env: Readonly<Record<string, string>>;
  /** stdout and stderr are appended here (created with mode 0600). */
  readonly logFile: string;
}

export interface DetachedProcess {
  readonly pid: number;
  /** Null when the program had ended before we could look. */
  readonly ref: ProcessRef | null;
  /** The exit code, 128 + n after signal n. Waiting for it is optional: Bun collects the dead child, and it does not keep this process alive. */
  readonly exited: Promise<number>;
}

/**
 * Starts a program that outlives us and our terminal: leader of a session of its own (no SIGHUP when the terminal closes), in `/` (keeps no
 * file system busy), stdin at its end. Throws when the program cannot be started or the log not be opened.
 */
export function spawnDetached(command: readonly string[], options: DetachedOptions): DetachedProcess {
  const log = openSync(options.logFile, 'a', 0o600);
  try {
    const child = Bun.spawn([...command], {
      cwd: '/',
      env: { ...options.env },
      stdin: 'ignore',
      stdout: log,
      stderr: log,
      detached: true, // Bun calls setsid(2) in the child
    });
    child.unref();
    return { pid: child.pid, ref: processRef(child.pid), exited: child.exited };
  } finally {
    closeSync(log);
  }
}
