import { eventIterator, type } from '@orpc/contract';
import { z } from 'zod';
import {
  FileContent,
  FileList,
  FileMark,
  FileRenamed,
  type FilesFrame,
  FileTrashed,
  FileVersion,
  FileWritten,
  FoundLine,
  MAX_FILE_READ_BYTES,
} from '../files.ts';
import { ProjectId } from '../ids.ts';
import { MAX_WATCH_PATTERN, MAX_WATCH_PATTERNS } from '../watching.ts';
import { base, command, done } from './base.ts';

/** From the project's folder on, `/`-separated. */
const Path = z.string().max(MAX_WATCH_PATTERN);
/** `projectId`, here and below: a project's or, for a session that has a worktree of its own, that session's id. */
const place = z.object({ projectId: ProjectId, path: Path });
const change = command.extend(place.shape);
const patterns = z.array(Path).max(MAX_WATCH_PATTERNS).default([]);

/** Files of projects. Nothing outside a project's folder is read or changed, also not through links. */
export const files = {
  list: base
    .input(z.object({ projectId: ProjectId, path: Path.default(''), hidden: z.boolean().default(false) }))
    .output(FileList),
  read: base.input(place).output(FileContent),
  /**
   * Writes a text file of at most MAX_FILE_READ_BYTES, as a whole or not at all, exactly as given: byte order mark and line ends are the
   * caller's. `expected`: the version that was read; null: there must be no such file (its folders are made).
   */
  write: base
    .input(change.extend({ content: z.string().max(MAX_FILE_READ_BYTES), expected: FileVersion.nullable() }))
    .output(FileWritten),
  /** An empty file or folder, with the folders above it. REJECTED when something of that name is there. */
  create: base.input(change.extend({ kind: z.enum(['file', 'folder']) })).output(done),
  /** Renames or moves within the project; the folders above `to` are made. `overwrite` replaces a file that has the name, never a folder. */
  rename: base
    .input(command.extend({ projectId: ProjectId, from: Path, to: Path, overwrite: z.boolean().default(false) }))
    .output(FileRenamed),
  /** To the trash of the machine's desktop. `permanently`: the person said so. */
  trash: base.input(change.extend({ permanently: z.boolean().default(false) })).output(FileTrashed),
  /** Takes back what `trash` did. REJECTED when something else has the name by now, or the trash was emptied. */
  restore: base.input(command.extend({ projectId: ProjectId, restoreId: z.string().max(8_192) })).output(done),
  /**
   * Tells what changes below a project's folder, coalesced, until the client ends it. `patterns`: globs; `files`: paths, taken as they
   * are. Folders that match are told too.
   */
  watch: base
    .input(z.object({ projectId: ProjectId, patterns, files: patterns }))
    .output(eventIterator(type<FilesFrame>())),
  /** How files differ from what git has, by path; empty where there is no repository. */
  marks: base.input(z.object({ projectId: ProjectId })).output(z.record(z.string(), FileMark)),
  /** For `@` in the composer: paths that contain the letters, best first. */
  find: base
    .input(
      z.object({
        projectId: ProjectId,
        query: z.string().max(200),
        limit: z.number().int().min(1).max(100).default(20),
      }),
    )
    .output(z.array(z.string())),
  /** Lines that have the words, taken literally, case only where there are capitals. What git ignores is left out. */
  search: base
    .input(z.object({ projectId: ProjectId, query: z.string().min(1).max(500) }))
    .output(z.object({ found: z.array(FoundLine), more: z.boolean() })),
  /** Folders below a folder, for the "Add project" dialog. */
  folders: base.input(z.object({ path: z.string() })).output(
    z.object({
      path: z.string(),
      parent: z.string().nullable(),
      folders: z.array(z.object({ name: z.string(), isRepo: z.boolean() })),
    }),
  ),
};
