import { join } from 'node:path';

/** Where a blob lies below `paths.blobsDir`: `<first two letters>/<sha256>`, so that no folder grows too large. Hub and machine share it. */
export function blobPath(blobsDir: string, sha256: string): string {
  return join(blobsDir, sha256.slice(0, 2), sha256);
}
