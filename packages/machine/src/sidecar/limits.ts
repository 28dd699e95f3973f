/** A runner must say `ready` within this time. */
export const READY_MS = 15_000;
/** A runner that says nothing for so long is asked with a ping. */
export const PING_MS = 30_000;
/** After so many unanswered pings the log says so; ending it is not ours to decide. */
export const MISSED_PINGS = 3;
/** After an interrupt the turn must end within this time, or else the tree is ended. */
export const INTERRUPT_MS = 10_000;
/** How long a runner may take to end by itself after `stop` and the end of its stdin. */
export const STOP_MS = 2_000;
/** At the machine's end: how long runners may take to end, their last output included. More than the grace of a tree's end. */
export const CLOSE_MS = 8_000;
/** How long a runner may leave its stdin unread. */
export const WRITE_MS = 30_000;
/** Once its tree is gone, a silent stdout is given up after this: only a process out of our reach can hold it open. */
export const DRAIN_MS = 2_000;
/** What is kept of a runner's stderr, and what of it goes with `runnerExited`. */
export const STDERR_BYTES = 64 * 1024;
export const STDERR_TAIL_CHARS = 8 * 1024;
/** Lists and objects in each other; what vendors say themselves stays below 20. */
export const MAX_NESTING = 500;
/** The beginning of a bad line that is journaled, and how many such lines of one runner are. */
export const BAD_LINE_HEAD_CHARS = 4_096;
export const MAX_BAD_LINES = 100;
/** Commands that wait or run, over all sessions; more are not accepted, and the hub sends them again. */
export const MAX_QUEUED_COMMANDS = 10_000;
/** How often a write is tried again on a full disk. */
export const DISK_RETRY_MS = 1_000;
