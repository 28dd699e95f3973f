import type { FileConflict, ProjectConflicts, ProjectId, SessionId } from '@agor/protocol';
import { worktreeOf } from './worktree.ts';

/** Files and folders kept of one session's turn; of more, the oldest are forgotten. */
const MAX_FILES = 2_000;
const MAX_TREES = 50;

export interface Writer {
  readonly sessionId: SessionId;
  readonly projectId: ProjectId | null;
}

interface Write {
  readonly writer: Writer;
  at: number;
  /** By name, not only by a command over the whole work tree. */
  byName: boolean;
}

interface FileRecord {
  readonly writes: Map<SessionId, Write>;
  /** When somebody outside agor last wrote it. */
  externalAt: number | null;
}

/** What one session writes in its turn. */
interface Holding {
  readonly writer: Writer;
  readonly files: Set<string>;
  /** Folders in which a command may have written anything, with the time. */
  readonly trees: Map<string, number>;
}

/** The conflict as the person has seen it. */
interface Seen {
  readonly sessions: ReadonlySet<SessionId>;
  readonly externalAt: number | null;
}

/** Who holds which files in turns that are under way, and what of that the person has acknowledged. */
export class FileWriters {
  readonly #records = new Map<string, FileRecord>();
  readonly #holdings = new Map<SessionId, Holding>();
  /** Files that are in conflict. */
  readonly #contested = new Set<string>();
  readonly #seen = new Map<ProjectId, Map<string, Seen>>();
  #changed = false;

  /** Whether anything about conflicts may have changed since the last call. */
  takeChanged(): boolean {
    const changed = this.#changed;
    this.#changed = false;
    return changed;
  }

  /** A session wrote a file. Returns files that nobody holds by name any more, to make room. */
  wrote(writer: Writer, path: string, at: number): string[] {
    const holding = this.#holding(writer);
    const forgotten: string[] = [];
    if (!holding.files.has(path)) {
      const [oldest] = holding.files;
      if (holding.files.size >= MAX_FILES && oldest !== undefined) {
        holding.files.delete(oldest);
        if (this.#drop(oldest, writer.sessionId)) forgotten.push(oldest);
      }
      holding.files.add(path);
    }
    const record = this.#records.get(path) ?? { writes: new Map(), externalAt: null };
    this.#records.set(path, record);
    this.#write(record, writer, at, true);
    for (const { writer: other, trees } of this.#holdings.values())
      for (const [tree, since] of trees) if (isWithin(tree, path)) this.#write(record, other, since, false);
    this.#settle(path, record);
    return forgotten;
  }

  /** A command of a session may have written anything in this folder. */
  wroteTree(writer: Writer, tree: string, at: number): void {
    const { trees } = this.#holding(writer);
    trees.delete(tree);
    const [oldest] = trees.keys();
    if (trees.size >= MAX_TREES && oldest !== undefined) trees.delete(oldest);
    trees.set(tree, at);
    for (const [path, record] of this.#records)
      if (isWithin(tree, path)) {
        this.#write(record, writer, at, false);
        this.#settle(path, record);
      }
  }

  /** Nothing happens for a file that no session holds any more. */
  wroteOutside(path: string, at: number): void {
    const record = this.#records.get(path);
    if (!record) return;
    record.externalAt = Math.max(record.externalAt ?? 0, at);
    this.#settle(path, record);
  }

  /** A session's turn is over. Returns files that nobody holds by name any more. */
  letGo(sessionId: SessionId): string[] {
    if (!this.#holdings.delete(sessionId)) return [];
    const forgotten: string[] = [];
    for (const path of [...this.#records.keys()]) if (this.#drop(path, sessionId)) forgotten.push(path);
    return forgotten;
  }

  projectsOf(path: string): ReadonlySet<ProjectId> {
    const writes = [...(this.#records.get(path)?.writes.values() ?? [])];
    return new Set(writes.flatMap(({ writer }) => (writer.projectId === null ? [] : [writer.projectId])));
  }

  acknowledge(projectId: ProjectId): void {
    const seen = new Map<string, Seen>();
    for (const path of this.#contested) {
      const record = this.#records.get(path);
      if (record && this.projectsOf(path).has(projectId))
        seen.set(path, { sessions: new Set(record.writes.keys()), externalAt: record.externalAt });
    }
    this.#seen.set(projectId, seen);
    this.#changed = true;
  }

  /** Of each project with a conflict, by path. */
  conflicts(): ProjectConflicts[] {
    const projects = new Map<ProjectId, FileConflict[]>();
    for (const path of [...this.#contested].sort()) {
      const record = this.#records.get(path);
      if (!record) continue;
      for (const projectId of this.projectsOf(path)) {
        const files = projects.get(projectId) ?? [];
        projects.set(projectId, files);
        files.push(this.#conflict(projectId, path, record));
      }
    }
    return [...projects].map(([projectId, files]) => ({ projectId, files }));
  }

  #conflict(projectId: ProjectId, path: string, { writes, externalAt }: FileRecord): FileConflict {
    const sessionIds = [...writes.keys()];
    const seen = this.#seen.get(projectId)?.get(path);
    return {
      path,
      sessionIds,
      external: externalAt !== null,
      lastWriteAt: Math.max(externalAt ?? 0, ...[...writes.values()].map((write) => write.at)),
      acknowledged:
        seen !== undefined &&
        sessionIds.every((id) => seen.sessions.has(id)) &&
        (externalAt ?? 0) <= (seen.externalAt ?? 0),
    };
  }

  #holding(writer: Writer): Holding {
    const known = this.#holdings.get(writer.sessionId);
    const holding = known ?? { writer, files: new Set(), trees: new Map() };
    this.#holdings.set(writer.sessionId, holding);
    return holding;
  }

  #write({ writes }: FileRecord, writer: Writer, at: number, byName: boolean): void {
    const known = writes.get(writer.sessionId);
    if (!known) writes.set(writer.sessionId, { writer, at, byName });
    else {
      known.at = Math.max(known.at, at);
      known.byName ||= byName;
    }
  }

  /** Returns whether nobody holds the file by name any more; it is forgotten then, and what the person saw of it. */
  #drop(path: string, sessionId: SessionId): boolean {
    const record = this.#records.get(path);
    if (!record?.writes.delete(sessionId)) return false;
    if ([...record.writes.values()].some((write) => write.byName)) {
      this.#settle(path, record);
      return false;
    }
    this.#records.delete(path);
    if (this.#contested.delete(path)) this.#changed = true;
    for (const seen of this.#seen.values()) seen.delete(path);
    return true;
  }

  #settle(path: string, { writes, externalAt }: FileRecord): void {
    const isConflict = writes.size > 1 || externalAt !== null;
    if (isConflict) this.#contested.add(path);
    if (isConflict || this.#contested.has(path)) this.#changed = true;
    if (!isConflict) this.#contested.delete(path);
  }
}

/** A command over a whole work tree counts where the file is in that tree, not in a worktree below it. */
function isWithin(tree: string, path: string): boolean {
  return path.startsWith(`${tree}/`) && worktreeOf(path) === worktreeOf(`${tree}/`);
}
