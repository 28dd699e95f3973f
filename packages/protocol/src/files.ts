import { z } from 'zod';
import type { FileChange } from './watching.ts';

export const FileEntry = z.object({
  name: z.string(),
  /** Relative to the project's root, `/`-separated. */
  path: z.string(),
  isDir: z.boolean(),
  size: z.number().nonnegative(),
  ext: z.string(),
  /** Git leaves it out. */
  ignored: z.boolean().optional(),
});
export type FileEntry = z.infer<typeof FileEntry>;

/** Most entries of one folder that are listed. */
export const MAX_LISTED_FILES = 20_000;
/** A folder's entries: folders first, then by name. */
export const FileList = z.object({
  entries: z.array(FileEntry),
  /** How many more there are than MAX_LISTED_FILES. */
  left: z.number().int().nonnegative(),
});
export type FileList = z.infer<typeof FileList>;

/** What a file held when it was read, for noticing that it changed since. Opaque: only to be compared and given back. */
export const FileVersion = z.string().min(1).max(200);
export type FileVersion = z.infer<typeof FileVersion>;

/** spec §2.10: text up to 10 MB, everything else is named for what it is. */
export const MAX_FILE_READ_BYTES = 10 * 1024 * 1024;
export const FileContent = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('text'),
    /** As it is, byte order mark and line ends included. */
    content: z.string(),
    lang: z.string(),
    size: z.number(),
    version: FileVersion,
  }),
  z.object({ kind: z.literal('binary'), message: z.string(), size: z.number(), version: FileVersion }),
  z.object({ kind: z.literal('tooLarge'), size: z.number(), version: FileVersion }),
]);
export type FileContent = z.infer<typeof FileContent>;

export const FileWritten = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('written'), version: FileVersion, size: z.number() }),
  /** Nothing was written: the file is not what was expected. `now`: what is there; null: nothing. */
  z.object({ kind: z.literal('conflict'), now: FileContent.nullable() }),
]);
export type FileWritten = z.infer<typeof FileWritten>;

export const FileRenamed = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('renamed') }),
  /** Nothing was done: something has that name already. */
  z.object({ kind: z.literal('exists'), isDir: z.boolean() }),
]);
export type FileRenamed = z.infer<typeof FileRenamed>;

export const FileTrashed = z.discriminatedUnion('kind', [
  /** `restoreId` names it for `files.restore`; null: only the desktop's own trash can bring it back. */
  z.object({ kind: z.literal('trashed'), restoreId: z.string().nullable() }),
  z.object({ kind: z.literal('deleted') }),
  /** Nothing was done: this file system has no trash, `reason` says why. Ask the person, then delete it permanently. */
  z.object({ kind: z.literal('noTrash'), reason: z.string() }),
]);
export type FileTrashed = z.infer<typeof FileTrashed>;

/** What `files.watch` tells. */
export type FilesFrame =
  /** From here on all is told. What was read before may have changed since: read it again. Comes again after every gap. */
  | { readonly kind: 'standing' }
  /** Files and folders that came, were written, or went. `more`: there were others too; read again what you hold. */
  | { readonly kind: 'changes'; readonly changes: readonly FileChange[]; readonly more: boolean }
  /** Not all is noticed: why, in words; null: it is again. */
  | { readonly kind: 'problem'; readonly problem: string | null };

/** How a file differs from what git has. */
export const FileMark = z.enum(['modified', 'added', 'untracked', 'deleted', 'renamed', 'conflicted']);
export type FileMark = z.infer<typeof FileMark>;

/** The largest number of files that git's marks are told for. */
export const MAX_FILE_MARKS = 5_000;

/** A line of a file that has the searched words. */
export const FoundLine = z.object({
  path: z.string(),
  /** From 1. */
  line: z.number().int().positive(),
  /** From 1, in UTF-16 units of the line; where the first match begins. */
  column: z.number().int().positive(),
  /** The line, cut where it is long. */
  text: z.string(),
});
export type FoundLine = z.infer<typeof FoundLine>;

/** Bytes of one answer of the machine when a file is sent as it is. */
export const MAX_FILE_CHUNK_BYTES = 256 * 1024;
/** As many first bytes as tell what a file is. */
export const RAW_HEAD_BYTES = 1_024;
/** Machine → hub: a file that is about to be sent as it is. */
export const RawFile = z.object({
  size: z.number().int().nonnegative(),
  version: FileVersion,
  /** The first bytes, in base64. */
  head: z.string(),
});
export type RawFile = z.infer<typeof RawFile>;
