import { MAX_INDEXED_CHARS, OPERATOR, type SearchRole, SYSTEM } from '@agor/protocol';
import type { DocKind } from './docs.ts';
import type { IndexFile } from './index-file.ts';
import type { Sources } from './sources.ts';

/** Messages or tasks that are taken in one step. */
const AT_ONCE = 100;

interface SaidRow {
  readonly row: number;
  readonly id: string;
  readonly from: string;
  readonly to: string | null;
  readonly groupId: string | null;
  readonly at: number;
  readonly text: string;
}
interface TaskRow extends Omit<SaidRow, 'row'> {
  readonly version: number;
  readonly updatedAt: number;
}

const DIRECT = `SELECT rowid AS row, id, from_agent AS "from", to_agent AS "to", coalesce(group_id, sender_group_id) AS groupId,
  created_at AS at, content AS text FROM messages`;
const POSTS = `SELECT m.rowid AS row, m.id, m.from_agent AS "from", NULL AS "to", c.group_id AS groupId,
  m.created_at AS at, m.content AS text FROM channel_messages m JOIN channels c ON c.id = m.channel_id`;

/** Follows what agents say to each other and work on. Deletions leave no trace there, so a survey compares. */
export class TeamFeed {
  #tasksDue = true;
  readonly #streams;

  constructor(
    private readonly index: IndexFile,
    private readonly sources: Sources,
  ) {
    this.#streams = [
      new SaidFeed(index, sources, 'direct', 'messages', `${DIRECT} WHERE rowid > ? ORDER BY rowid LIMIT ${AT_ONCE}`),
      new SaidFeed(
        index,
        sources,
        'post',
        'channel_messages',
        `${POSTS} WHERE m.rowid > ? ORDER BY m.rowid LIMIT ${AT_ONCE}`,
      ),
    ];
  }

  /** Something changed; `removed`: also something may be gone. */
  changed({ removed }: { removed: boolean }): void {
    this.#tasksDue = true;
    for (const stream of this.#streams) stream.changed(removed);
  }

  /** Called within `index.write`. False when there is nothing to do. */
  step(): boolean {
    if (this.#streams.some((stream) => stream.step())) return true;
    if (!this.#tasksDue) return false;
    this.#tasksDue = this.#stepTasks();
    return true;
  }

  /** Tasks that changed since they were read, of which each is read whole with its comments. True when there may be more. */
  #stepTasks(): boolean {
    const { index, sources } = this;
    const known = new Map(
      index.db
        .query<{ id: string; version: number; updatedAt: number }, []>(
          'SELECT id, version, updated_at AS updatedAt FROM tasks',
        )
        .all()
        .map((task) => [task.id, task]),
    );
    const now = sources.team
      .query<{ id: string; version: number; updatedAt: number }, []>(
        'SELECT id, version, updated_at AS updatedAt FROM tasks ORDER BY updated_at',
      )
      .all();
    const stale = now.filter(({ id, version, updatedAt }) => {
      const before = known.get(id);
      return before?.version !== version || before.updatedAt !== updatedAt;
    });
    for (const { id } of now) known.delete(id);
    for (const { id } of stale.slice(0, AT_ONCE)) this.#take(id);
    for (const id of known.keys()) {
      index.removeRef(id);
      index.db.query('DELETE FROM tasks WHERE id = ?').run(id);
    }
    return stale.length > AT_ONCE;
  }

  #take(id: string): void {
    const { index } = this;
    const { team } = this.sources;
    const task = team
      .query<TaskRow, [string]>(
        `SELECT id, created_by AS "from", assigned_to AS "to", group_id AS groupId, created_at AS at, version,
          updated_at AS updatedAt, title || char(10) || description AS text FROM tasks WHERE id = ?`,
      )
      .get(id);
    if (!task) return;
    index.removeRef(id);
    this.#add(task, 'task', task.updatedAt);
    const comments = team
      .query<{ id: string; from: string; at: number; text: string }, [string]>(
        `SELECT id, agent_id AS "from", created_at AS at, content AS text FROM task_comments
          WHERE task_id = ? AND content NOT LIKE 'Status: % → %' ORDER BY rowid`,
      )
      .all(id);
    for (const comment of comments) this.#add({ ...task, ...comment, id }, 'comment', comment.at, comment.id);
    index.db
      .query('INSERT OR REPLACE INTO tasks (id, version, updated_at) VALUES (?, ?, ?)')
      .run(id, task.version, task.updatedAt);
  }

  #add(said: Omit<SaidRow, 'row'>, kind: DocKind, at: number, part?: string): void {
    addSaid(this.index, { ...said, at }, kind, part);
  }
}

/** One of the two streams of messages, whose rows are only added and deleted. */
class SaidFeed {
  #due = true;
  #surveyDue = true;
  readonly #next;
  readonly #cursor;
  readonly #setCursor;

  constructor(
    private readonly index: IndexFile,
    private readonly sources: Sources,
    private readonly kind: 'direct' | 'post',
    private readonly table: 'messages' | 'channel_messages',
    next: string,
  ) {
    this.#next = sources.team.prepare<SaidRow, [number]>(next);
    this.#cursor = index.db.prepare<{ row: number; id: string }, [string]>(
      'SELECT row, id FROM cursors WHERE name = ?',
    );
    this.#setCursor = index.db.prepare<unknown, [string, number, string]>(
      'INSERT OR REPLACE INTO cursors (name, row, id) VALUES (?, ?, ?)',
    );
  }

  changed(removed: boolean): void {
    this.#due = true;
    this.#surveyDue ||= removed;
  }

  step(): boolean {
    if (!this.#due) return false;
    const cursor = this.#cursor.get(this.kind) ?? { row: 0, id: '' };
    // A row that was deleted gives its number to the next one.
    const moved = cursor.row > 0 && this.#idAt(cursor.row) !== cursor.id;
    if (moved || this.#surveyDue) {
      this.#survey();
      this.#surveyDue = false;
      return true;
    }
    const rows = this.#next.all(cursor.row);
    for (const row of rows) addSaid(this.index, row, this.kind);
    const last = rows.at(-1);
    if (last) this.#setCursor.run(this.kind, last.row, last.id);
    this.#due = rows.length === AT_ONCE;
    return true;
  }

  /** What is gone there goes here; the cursor is set to the last one before which all are known. */
  #survey(): void {
    const known = new Map(
      this.index.db
        .query<{ id: number; ref: string }, [number]>('SELECT id, ref FROM docs WHERE ref IS NOT NULL AND kind = ?')
        .all(this.kind === 'direct' ? 4 : 5)
        .map(({ id, ref }) => [ref, id]),
    );
    let cursor = { row: 0, id: '' };
    let gap = false;
    const all = this.sources.team
      .query<{ row: number; id: string }, []>(`SELECT rowid AS row, id FROM ${this.table} ORDER BY rowid`)
      .all();
    for (const row of all) {
      if (!known.has(row.id)) gap = true;
      if (!gap) {
        cursor = row;
        known.delete(row.id);
      }
    }
    // Those behind the first unknown one are read again with it.
    for (const id of known.values()) this.index.remove(id);
    this.#setCursor.run(this.kind, cursor.row, cursor.id);
  }

  #idAt(row: number): string | undefined {
    return this.sources.team.query<{ id: string }, [number]>(`SELECT id FROM ${this.table} WHERE rowid = ?`).get(row)
      ?.id;
  }
}

function addSaid(index: IndexFile, said: Omit<SaidRow, 'row'>, kind: DocKind, part?: string): void {
  const owner = said.groupId === null ? null : index.key('g', said.groupId);
  const tags = owner === null ? [] : [`g${owner}`];
  for (const agent of new Set([said.from, said.to])) if (agent !== null) tags.push(`p${index.key('p', agent)}`);
  const { at, text, id: ref } = said;
  const cut = text.length > MAX_INDEXED_CHARS;
  index.add({ kind, role: roleOf(said.from), owner, seq: 0, at, text, ref, part, tags }, cut);
}

function roleOf(from: string): SearchRole {
  if (from === OPERATOR) return 'user';
  return from === SYSTEM ? 'agor' : 'agent';
}
