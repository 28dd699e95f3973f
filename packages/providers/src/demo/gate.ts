import { existsSync, watch } from 'node:fs';
import { join } from 'node:path';
import { Interrupted } from './turn.ts';

/** A watcher can miss a file on some file systems; then this finds it. */
const POLL_MS = 100;
const KEY = /^[A-Za-z0-9_-]{1,64}$/;

/** The file that lets a held turn go on. */
export function gateFile(cwd: string, key: string): string {
  if (!KEY.test(key)) throw new Error(`a key is letters, digits, - and _, not "${key}"`);
  return join(cwd, `.agor-demo-${key}`);
}

/** Waits until someone makes the gate's file, so that a test decides when a turn goes on. Rejects with `Interrupted` on abort. */
export async function waitForFile(signal: AbortSignal, cwd: string, key: string): Promise<void> {
  const file = gateFile(cwd, key);
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const look = () => void (existsSync(file) && resolve());
  const stop = () => reject(new Interrupted());
  const watcher = watch(cwd, look);
  const poll = setInterval(look, POLL_MS);
  signal.addEventListener('abort', stop, { once: true });
  try {
    if (signal.aborted) stop();
    look();
    await promise;
  } finally {
    watcher.close();
    clearInterval(poll);
    signal.removeEventListener('abort', stop);
  }
}
