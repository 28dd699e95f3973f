import { write } from 'node:fs';
import { delay, systemClock } from '@agor/runtime';
import type { ByteSink } from './line-writer.ts';

const FULL_PIPE_POLL_MS = 5;

/**
 * Writes to a descriptor from the thread pool: a pipe that nobody reads blocks that write alone, and this process still hears its stdin.
 * A descriptor that the parent made non-blocking is tried again.
 */
export function descriptorSink(fd: number): ByteSink {
  return async (bytes) => {
    for (let start = 0; start < bytes.byteLength; ) start += await writeSome(fd, bytes, start);
  };
}

async function writeSome(fd: number, bytes: Uint8Array, start: number): Promise<number> {
  const written = await new Promise<number>((resolve, reject) => {
    write(fd, bytes, start, bytes.byteLength - start, null, (error, count) => {
      if (!error) resolve(count);
      else if (error.code === 'EAGAIN') resolve(0);
      else reject(error);
    });
  });
  if (written === 0) await delay(systemClock, FULL_PIPE_POLL_MS);
  return written;
}

/** stdout belongs to the protocol: whatever a library prints goes to stderr. */
export function guardStdout(): void {
  process.stdout.write = process.stderr.write.bind(process.stderr);
  for (const method of ['log', 'info', 'debug'] as const) console[method] = (...words) => console.error(...words);
}
