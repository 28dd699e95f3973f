import { utimesSync } from 'node:fs';
import { join } from 'node:path';

/** Where a blob lies below `paths.blobsDir`: `<first two letters>/<sha256>`, so that no folder grows too large. Hub and machine share it. */
export function blobPath(blobsDir: string, sha256: string): string {
  return join(blobsDir, sha256.slice(0, 2), sha256);
}

/**
 * Whether the blob is there; if so it counts as written now: old blobs that no event names are collected, and its event may be on its way.
 */
export function renewBlob(path: string): boolean {
  const now = new Date();
  try {
    utimesSync(path, now, now);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}
