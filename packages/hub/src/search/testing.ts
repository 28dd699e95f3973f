import { join } from 'node:path';
import { SearchFilters, SearchQuery, type SessionEventBody } from '@agor/protocol';
import { tempDir } from '@agor/runtime/testing';
import { type HubDatabase, openHubDatabase, openTeamDatabase } from '../database/index.ts';
import { Indexing } from './indexing.ts';
import { openSources, type Sources } from './sources.ts';

export const GROUP = 'group-1';

/** Logs to search in, as the hub writes them, without the hub. */
export class SearchWorld implements Disposable {
  readonly #dir = tempDir();
  readonly paths = {
    searchDb: join(this.#dir.path, 'search.db'),
    sessionsDb: join(this.#dir.path, 'sessions.db'),
    teamDb: join(this.#dir.path, 'btmsg.db'),
    blobsDir: join(this.#dir.path, 'blobs'),
  };
  readonly db: HubDatabase = openHubDatabase(this.paths.sessionsDb);
  readonly team: HubDatabase = openTeamDatabase(this.paths.teamDb);
  readonly sources: Sources = openSources(this.paths);
  #now = 1_000_000;
  #nth = 0;
  #open: Indexing | null = null;

  constructor() {
    for (const [id, name] of [
      ['admin', 'You'],
      ['mira', 'Mira'],
      ['tom', 'Tom'],
    ] as const)
      this.team.raw
        .query('INSERT OR IGNORE INTO agents (id, name, role, group_id, tier, created_at) VALUES (?, ?, ?, ?, 2, 1)')
        .run(id, name, 'project', GROUP);
  }

  /** The index over these logs; opened anew after `close`. Takes one step at a time, however fast the machine is. */
  get indexing(): Indexing {
    this.#open ??= new Indexing(this.paths.searchDb, this.sources, () => {}, 0);
    return this.#open;
  }

  close(): void {
    this.#open?.[Symbol.dispose]();
    this.#open = null;
  }

  [Symbol.dispose](): void {
    this.close();
    this.sources[Symbol.dispose]();
    this.db.close();
    this.team.close();
    this.#dir[Symbol.dispose]();
  }

  session(id: string, projectId: string | null = 'mira', provider = 'claude'): void {
    this.db.raw
      .query(
        `INSERT INTO sessions (id, epoch, project_id, created_at, last_activity_at, open, snapshot_seq, state)
         VALUES (?, 'e', ?, 1, ?, 0, 0, ?)`,
      )
      .run(id, projectId, ++this.#now, JSON.stringify({ title: `About ${id}`, provider }));
  }

  /** Adds events to a session's log; returns the last one's number. */
  log(id: string, ...bodies: SessionEventBody[]): number {
    const { raw } = this.db;
    return this.db.write(() => {
      const row = raw
        .query<{ seq: number | null }, [string]>('SELECT max(seq) AS seq FROM session_events WHERE session_id = ?')
        .get(id);
      let seq = row?.seq ?? 0;
      for (const body of bodies)
        raw
          .query('INSERT INTO session_events (session_id, seq, at, kind, payload) VALUES (?, ?, ?, ?, ?)')
          .run(id, ++seq, ++this.#now, body.kind, JSON.stringify(body));
      return seq;
    });
  }

  says(id: string, ...texts: string[]): number {
    return this.log(id, ...texts.map((text) => this.text(text)));
  }

  text(text: string): SessionEventBody {
    return { kind: 'message', message: { id: `m${++this.#nth}`, type: 'text', content: { text }, timestamp: 1 } };
  }

  output(output: string): SessionEventBody {
    const content = { toolUseId: 't', output, isError: false };
    return { kind: 'message', message: { id: `m${++this.#nth}`, type: 'tool_result', content, timestamp: 1 } };
  }

  letter(from: string, to: string, content: string): string {
    const id = `letter-${++this.#nth}`;
    this.team.raw
      .query(
        `INSERT INTO messages (id, from_agent, to_agent, content, thread_id, group_id, created_at)
         VALUES (?1, ?2, ?3, ?4, ?1, ?5, ?6)`,
      )
      .run(id, from, to, content, GROUP, ++this.#now);
    return id;
  }

  task(id: string, title: string, description = '', group = GROUP): void {
    this.team.raw
      .query(
        `INSERT INTO tasks (id, title, description, created_by, group_id, created_at, updated_at) VALUES (?, ?, ?, 'admin', ?, 1, ?)`,
      )
      .run(id, title, description, group, ++this.#now);
  }

  comment(task: string, content: string): void {
    const id = `comment-${++this.#nth}`;
    const { raw } = this.team;
    raw
      .query('INSERT INTO task_comments (id, task_id, agent_id, content, created_at) VALUES (?, ?, ?, ?, ?)')
      .run(id, task, 'tom', content, ++this.#now);
    raw.query('UPDATE tasks SET updated_at = ? WHERE id = ?').run(this.#now, task);
  }

  /** Tells the index that anything may have changed, and waits until it knows all. */
  async indexed(): Promise<void> {
    this.indexing.changed({ sessions: null, team: true, removed: true, busy: false });
    await this.indexing.work();
  }

  find(text: string, filters: Partial<SearchFilters> = {}, more: Partial<SearchQuery> = {}) {
    const query = SearchQuery.parse({ text, filters: SearchFilters.parse(filters), ...more });
    return this.indexing.query(query, { groupMembers: [], groups: [GROUP] });
  }

  /** What is found, in short: where and the piece that is shown. */
  found(text: string, filters: Partial<SearchFilters> = {}): string[] {
    return this.find(text, filters).hits.map((hit) => {
      const where = 'sessionId' in hit ? `${hit.sessionId}#${hit.seq}` : 'taskId' in hit ? hit.taskId : hit.messageId;
      return `${where}: ${hit.snippet.map((part) => (part.hit ? `[${part.text}]` : part.text)).join('')}`;
    });
  }
}
