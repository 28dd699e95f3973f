import { statSync, unlinkSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { blobPath, type Clock } from '@agor/runtime';
import type { HubDatabase } from '../database/index.ts';
import { NamedBlobs } from './named-blobs.ts';

/**
 * Younger blobs are never touched: an image waits in the composer for its prompt, and a machine's event for the hub. More than
 * the hour that the machine may need, for a person comes back to a draft on the next morning.
 */
export const MIN_AGE_MS = 24 * 3_600_000;
/** Blobs that one sweep looks at; what is beyond is the next one's. */
const MAX_CANDIDATES = 100_000;
const DELETED_AT_ONCE = 50;
const IS_BLOB = /^[0-9a-f]{64}$/;

export interface SweepOptions {
  readonly db: HubDatabase;
  readonly blobsDir: string;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Asked again before anything is deleted; false ends the sweep. */
  readonly isSafe: () => boolean;
  /** Where to begin, 0–255: the folder below `blobsDir`. */
  readonly from?: number;
}

export interface Swept {
  readonly deleted: number;
  readonly bytes: number;
  /** Where the next sweep begins. */
  readonly next: number;
}

/**
 * Deletes blobs that no event names (architecture §5.10). Reads the log in small steps, so that nothing waits for it, and stops
 * reading as soon as every old blob was found in it.
 */
export async function sweepBlobs(options: SweepOptions): Promise<Swept> {
  const { db, clock, signal, isSafe } = options;
  const { found: left, next } = await oldBlobs(options);
  const named = new NamedBlobs(db);
  /** Takes what has been named since the last look from those that are left. Never waits. */
  const catchUp = (): boolean => {
    const names = named.next();
    for (const name of names ?? []) left.delete(name);
    return names !== null;
  };
  while (left.size > 0 && !signal.aborted && catchUp()) await breath();
  let deleted = 0;
  let bytes = 0;
  while (left.size > 0 && !signal.aborted && isSafe()) {
    // From the last look to the deletion nothing else runs: an event that names one of them cannot come in between.
    while (catchUp());
    for (const name of named.others()) left.delete(name);
    for (const name of [...left].slice(0, DELETED_AT_ONCE)) {
      left.delete(name);
      const size = deleteOld(blobPath(options.blobsDir, name), clock.now() - MIN_AGE_MS);
      if (size === null) continue;
      deleted++;
      bytes += size;
    }
    await breath();
  }
  return { deleted, bytes, next };
}

async function oldBlobs(options: SweepOptions): Promise<{ readonly found: Set<string>; readonly next: number }> {
  const { blobsDir, clock, signal, from = 0 } = options;
  const found = new Set<string>();
  for (let i = 0; i < 256; i++) {
    const folder = (from + i) % 256;
    if (signal.aborted || found.size >= MAX_CANDIDATES) return { found, next: folder };
    const dir = join(blobsDir, folder.toString(16).padStart(2, '0'));
    const names = await readdir(dir).catch(() => []); // no such folder: no such blobs
    for (const name of names.filter((each) => IS_BLOB.test(each))) {
      const info = await stat(join(dir, name)).catch(() => null); // gone meanwhile
      if (info && info.mtimeMs < clock.now() - MIN_AGE_MS) found.add(name);
    }
  }
  return { found, next: 0 };
}

/** The size of what was deleted. A blob that was written again since it was found has a new date, and stays. */
function deleteOld(path: string, before: number): number | null {
  const info = statSync(path, { throwIfNoEntry: false });
  if (!info || info.mtimeMs >= before) return null;
  unlinkSync(path);
  return info.size;
}

function breath(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
