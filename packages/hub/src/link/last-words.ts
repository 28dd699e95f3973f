import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/** How a machine begins the line that says why it cannot start. */
const PREFIX = 'agor machine: ';
const TAIL_BYTES = 8 * 1024;

/** The last line of the machine's log, if it says why the machine could not start; else null. */
export function lastWords(logFile: string): string | null {
  const line = tail(logFile).trimEnd().split('\n').at(-1) ?? '';
  return line.startsWith(PREFIX) ? line.slice(PREFIX.length) : null;
}

function tail(file: string): string {
  let fd: number;
  try {
    fd = openSync(file, 'r');
  } catch {
    return ''; // no log: nothing was said
  }
  try {
    const bytes = Buffer.alloc(TAIL_BYTES);
    const from = Math.max(0, fstatSync(fd).size - TAIL_BYTES);
    return bytes.toString('utf8', 0, readSync(fd, bytes, 0, TAIL_BYTES, from));
  } catch {
    return ''; // it can't be read just now; the person is told where it is
  } finally {
    closeSync(fd);
  }
}
