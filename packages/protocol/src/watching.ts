import { z } from 'zod';

/** Most watches of a hub at a time, patterns of one, and characters of a pattern. */
export const MAX_FILE_WATCHES = 4_000;
export const MAX_WATCH_PATTERNS = 50;
export const MAX_WATCH_PATTERN = 4_096;
/** Most watches that one request sets or ends. */
export const MAX_WATCHES_AT_ONCE = 500;
/** Most changes in one frame; of more it is only told that there were more. */
export const MAX_FILE_CHANGES = 1_000;

/** What a hub wants to hear of: files below a folder. Volatile: it ends with the link, and the hub asks again. */
export const FileWatchWish = z.object({
  id: z.string().max(100),
  /** Absolute. */
  root: z.string().startsWith('/'),
  /** Paths below the folder, as they are. */
  files: z.array(z.string().max(MAX_WATCH_PATTERN)).max(MAX_WATCH_PATTERNS).default([]),
  /** Globs from the folder on. */
  patterns: z.array(z.string().max(MAX_WATCH_PATTERN)).max(MAX_WATCH_PATTERNS).default([]),
  /** Folders are told too. */
  folders: z.boolean().default(false),
  /** It was watched before, until then (the machine's time): what changed since is told now. */
  since: z.number().optional(),
});
export type FileWatchWish = z.infer<typeof FileWatchWish>;

export const FileChangeKind = z.enum(['changed', 'removed']);
export type FileChangeKind = z.infer<typeof FileChangeKind>;

/** A file came, was written, or got other rights (`changed`), or went. */
export const FileChange = z.object({
  /** From the watched folder on. */
  path: z.string(),
  kind: FileChangeKind,
  /** When the machine first heard of it, ms since the epoch. */
  at: z.number(),
  /** When its content last changed; null: it is gone. */
  mtimeMs: z.number().nullable(),
});
export type FileChange = z.infer<typeof FileChange>;

/** Machine → hub: what changed, of one watch. */
export const FileChanges = z.object({
  t: z.literal('fileChanges'),
  watchId: z.string(),
  /** The machine's time: all that changed before is told. */
  at: z.number(),
  changes: z.array(FileChange),
  /** There were more than fit. */
  more: z.boolean(),
});
export type FileChanges = z.infer<typeof FileChanges>;

/** Machine → hub: why a watch does not hear all that it should, in words for the person; null: it does again. */
export const FileWatchProblem = z.object({
  t: z.literal('fileWatchProblem'),
  watchId: z.string(),
  problem: z.string().nullable(),
  /** The folder is not there: that may be as it should. */
  isGone: z.boolean().default(false),
});
export type FileWatchProblem = z.infer<typeof FileWatchProblem>;

/** The answer to `watch.update`: the watches stand; what comes after `at` (the machine's time) is told. */
export const FileWatchesSet = z.object({ at: z.number() });
