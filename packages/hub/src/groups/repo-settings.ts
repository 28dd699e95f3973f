import { createHash } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, readSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import type { ProjectConfig, ProjectId } from '@agor/protocol';
import { conflict, rejected } from '../failure.ts';
import { isWithin, realpathOrSame } from '../within.ts';
import { findProject } from './find-project.ts';
import type { GroupsFileStore } from './groups-store.ts';
import { requireProject, withProject } from './project-operations.ts';

/** What makes a vendor's agent run something by itself: hooks, permission rules, MCP servers. CLAUDE.md is words, not code. */
const FILES: readonly string[] = ['.claude/settings.json', '.claude/settings.local.json', '.mcp.json'];
const MAX_FILE_BYTES = 256 * 1024;

export interface RepoSettings {
  readonly files: { path: string; content: string }[];
  /** SHA-256 over paths and contents, in hex. */
  readonly hash: string;
  /** The person accepted exactly these files, or there are none. */
  readonly accepted: boolean;
}

/** Reads what the repository brings for its agent. Throws `Failure` for a file too large to be shown, and so to be accepted. */
export function readRepoSettings(project: ProjectConfig): RepoSettings {
  const files = FILES.flatMap((path) => {
    const content = readSettingsFile(project.cwd, path);
    return content === null ? [] : [{ path, content }];
  });
  const hash = createHash('sha256');
  // Lengths first: else two files could be cut elsewhere and give the same hash.
  for (const { path, content } of files) hash.update(`${path}\n${Buffer.byteLength(content)}\n`).update(content);
  const digest = hash.digest('hex');
  return { files, hash: digest, accepted: files.length === 0 || project.acceptedRepoSettings === digest };
}

/** Accepts the files with this hash, or takes the acceptance back (null). Throws CONFLICT when they are no longer those. */
export function acceptRepoSettings(store: GroupsFileStore, id: ProjectId, hash: string | null): void {
  const placed = findProject(store.current, id);
  if (placed && hash !== null && readRepoSettings(placed.project).hash !== hash) {
    throw conflict(
      "the repository's settings changed since they were shown; look at them again",
      'the repository',
      'its settings changed',
    );
  }
  store.change((file) => {
    const { acceptedRepoSettings, ...project } = requireProject(file, id).project;
    const changed = hash === null ? project : { ...project, acceptedRepoSettings: hash };
    return { file: withProject(file, id, changed as ProjectConfig), result: undefined };
  });
}

/** Null when it is not there, no regular file, or a link out of the project: an agent's vendor would follow that, so it is refused aloud. */
function readSettingsFile(cwd: string, path: string): string | null {
  const full = join(cwd, path);
  let fd: number;
  try {
    // Without NONBLOCK, a FIFO of that name would hold the hub for ever.
    fd = openSync(full, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ENXIO') return null;
    throw rejected(`${full} can't be read: ${(error as Error).message}`);
  }
  try {
    const stat = fstatSync(fd);
    if (!stat.isFile()) return null;
    if (!isWithin(realpathSync(full), realpathOrSame(cwd))) {
      throw rejected(`${full} is a link out of the project; agor does not run what it names.`);
    }
    if (stat.size > MAX_FILE_BYTES) {
      throw rejected(`${full} has ${stat.size} bytes; too large to be shown and accepted.`);
    }
    const bytes = Buffer.alloc(stat.size);
    return bytes.toString('utf8', 0, readSync(fd, bytes, 0, stat.size, 0));
  } finally {
    closeSync(fd);
  }
}
