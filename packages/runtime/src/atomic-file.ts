import { randomBytes } from 'node:crypto';
import {
  closeSync,
  constants,
  fchmodSync,
  fsyncSync,
  openSync,
  realpathSync,
  renameSync,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';

/**
 * Replaces a file as a whole: after a crash or with a full disk either the old or the new content is there, never a part. A symlink stays one,
 * its target is replaced. `mode` defaults to the existing file's, or 0600. Throws what the file system says; the old file is then untouched.
 */
export function writeFileAtomic(
  path: string,
  data: string | Uint8Array,
  options: { readonly mode?: number } = {},
): void {
  const target = followLink(path);
  const mode = options.mode ?? existingMode(target) ?? 0o600;
  const temp = join(dirname(target), `.${basename(target)}.${randomBytes(6).toString('hex')}.tmp`);
  try {
    writeDurably(temp, typeof data === 'string' ? Buffer.from(data) : data, mode);
    renameSync(temp, target);
  } catch (error) {
    removeIfThere(temp);
    throw error;
  }
  syncDir(dirname(target));
}

function writeDurably(path: string, data: Uint8Array, mode: number): void {
  const fd = openSync(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, mode);
  try {
    fchmodSync(fd, mode); // the umask may have taken bits away
    for (let written = 0; written < data.byteLength; ) written += writeSync(fd, data, written);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

/** The rename itself must reach the disk, or a power cut brings the old file back after we said it was saved. */
function syncDir(dir: string): void {
  const fd = openSync(dir, constants.O_RDONLY);
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

function followLink(path: string): string {
  try {
    return realpathSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return path;
    throw error;
  }
}

function existingMode(path: string): number | undefined {
  const mode = statSync(path, { throwIfNoEntry: false })?.mode;
  return mode === undefined ? undefined : mode & 0o777;
}

function removeIfThere(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // It was never created, or the disk is beyond help: the error that brought us here is the one to report.
  }
}
