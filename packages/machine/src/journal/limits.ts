export interface JournalLimits {
  /** Bytes of entries that are not yet acknowledged, over all sessions. */
  readonly machineBytes: number;
  /** The same for one session. */
  readonly sessionBytes: number;
}

const MIB = 1024 * 1024;

/** Architecture §5.3. At the bound a runner's output is not read on; what it had written by then is still taken. */
export const DEFAULT_LIMITS: JournalLimits = { machineBytes: 1024 * MIB, sessionBytes: 128 * MIB };

/** A paused session goes on below this part of the bound, so that it does not pause again with its next line. */
export const RESUME_AT = 0.9;

/** Entries wait at most so long for others to be committed with them. A commit here waits for no disk. */
export const GROUP_MS = 2;

/** More than this waits for its commit: it is done at once, and readers wait for it. */
export const MAX_PENDING_BYTES = MIB;

/** How often a write is tried again on a full disk. */
export const RETRY_MS = 1_000;

/** Recent entries are kept for a hub that keeps up, so that it needs no reading from disk. */
export const TAIL_BYTES = 2 * MIB;
