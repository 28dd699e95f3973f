import { write } from 'node:fs';
import { delay, systemClock } from '@agor/runtime';
import type { ByteSink } from './line-writer.ts';

/** How long to wait before a full pipe is tried again: soon at first, seldom when the machine has paused us for long. */
const FIRST_WAIT_MS = 1;
const MAX_WAIT_MS = 32;

/**
 * Writes to a descriptor from the thread pool: a pipe that nobody reads never stops this process from hearing its stdin. Bun makes stdout
 * non-blocking, so a full pipe is an error that is tried again.
 */
export function descriptorSink(fd: number): ByteSink {
  return async (bytes) => {
    let waitMs = FIRST_WAIT_MS;
    for (let start = 0; start < bytes.byteLength; ) {
      const written = await writeSome(fd, bytes, start);
      start += written;
      if (written > 0) {
        waitMs = FIRST_WAIT_MS;
      } else {
        await delay(systemClock, waitMs);
        waitMs = Math.min(waitMs * 2, MAX_WAIT_MS);
      }
    }
  };
}

function writeSome(fd: number, bytes: Uint8Array, start: number): Promise<number> {
  return new Promise((resolve, reject) => {
    write(fd, bytes, start, bytes.byteLength - start, null, (error, count) => {
      if (!error) resolve(count);
      else if (error.code === 'EAGAIN') resolve(0);
      else reject(error);
    });
  });
}

/** stdout belongs to the protocol: whatever a library prints goes to stderr. */
export function guardStdout(): void {
  process.stdout.write = process.stderr.write.bind(process.stderr);
  for (const method of ['log', 'info', 'debug'] as const) console[method] = (...words) => console.error(...words);
}
