import { createHash } from 'node:crypto';
import type { AgorPaths } from '@agor/runtime';

/** Carries the session's (or terminal's) id in every process that it started. */
export const SESSION_VARIABLE = 'AGOR_SESSION';
/** Carries which data folder's machine started a process. */
export const MARK_VARIABLE = 'AGOR_MARK';

/** Names one data folder without saying where it is. */
export function instanceMark(paths: Pick<AgorPaths, 'dataDir'>): string {
  return createHash('sha256').update(paths.dataDir).digest('hex').slice(0, 10);
}
