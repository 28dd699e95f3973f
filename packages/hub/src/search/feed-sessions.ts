import { SessionEventBody } from '@agor/protocol';
import type { Doc } from './docs.ts';
import { eventText, TELLING_KINDS } from './event-text.ts';
import type { IndexFile } from './index-file.ts';
import type { Sources } from './sources.ts';

/** Events read in one statement. */
const READ_AT_ONCE = 100;

interface EventRow {
  readonly seq: number;
  readonly at: number;
  readonly kind: string;
  readonly payload: string;
}
interface SessionRow {
  readonly id: string;
  readonly projectId: string | null;
  readonly provider: string;
}

/** Follows the sessions' logs: how far each is read stands in the transaction that writes what was read. */
export class SessionFeed {
  /** Sessions that may have more than the index. */
  readonly #behind = new Set<string>();
  readonly #sql;

  constructor(
    private readonly index: IndexFile,
    private readonly sources: Sources,
  ) {
    const { sessions } = sources;
    this.#sql = {
      all: sessions.prepare<{ id: string; seq: number | null }, []>(
        `SELECT id, (SELECT max(seq) FROM session_events e WHERE e.session_id = s.id) AS seq FROM sessions s
          ORDER BY last_activity_at`,
      ),
      session: sessions.prepare<SessionRow, [string]>(
        `SELECT id, project_id AS projectId, json_extract(state, '$.provider') AS provider FROM sessions WHERE id = ?`,
      ),
      since: sessions.prepare<EventRow, [string, number]>(
        `SELECT seq, at, kind, payload FROM session_events WHERE session_id = ? AND seq > ? ORDER BY seq LIMIT ${READ_AT_ONCE}`,
      ),
      read: index.db.prepare<{ seq: number }, [number]>('SELECT seq FROM logs WHERE session = ?'),
      setRead: index.db.prepare<unknown, [number, number]>('INSERT OR REPLACE INTO logs (session, seq) VALUES (?, ?)'),
      reads: index.db.prepare<{ id: string; key: number; seq: number }, []>(
        `SELECT n.value AS id, n.key, l.seq FROM logs l JOIN names n ON n.key = l.session`,
      ),
      docsOf: index.db.prepare<{ id: number }, [number]>('SELECT id FROM docs WHERE owner = ? AND kind < 2'),
      forget: index.db.prepare<unknown, [number]>('DELETE FROM logs WHERE session = ?'),
    };
  }

  get behind(): number {
    return this.#behind.size;
  }

  /** These have more. */
  changed(ids: readonly string[]): void {
    for (const id of ids) this.#behind.add(id);
  }

  /** Looks which sessions have more than the index, or less (their log was restored), and which are gone. */
  survey(): void {
    const there = new Map(this.#sql.all.all().map(({ id, seq }) => [id, seq ?? 0]));
    const read = new Map(this.#sql.reads.all().map((row) => [row.id, row]));
    for (const [id, { key, seq }] of read) {
      const end = there.get(id);
      if (end !== undefined && end >= seq) continue;
      this.#remove(key);
      read.delete(id);
    }
    for (const [id, end] of there) if (end > (read.get(id)?.seq ?? 0)) this.#behind.add(id);
  }

  /** Takes the next piece of one session's log; called within `index.write`. False when there is nothing to do. */
  step(): boolean {
    const [id] = this.#behind;
    if (id === undefined) return false;
    const session = this.#sql.session.get(id);
    if (!session) {
      this.#behind.delete(id);
      const key = this.index.findKey('s', id);
      if (key !== undefined) this.#remove(key);
      return true;
    }
    const key = this.index.key('s', id);
    const events = this.#sql.since.all(id, this.#sql.read.get(key)?.seq ?? 0);
    const tags = [`s${key}`, `v${this.index.key('v', session.provider ?? '')}`];
    if (session.projectId !== null) tags.push(`p${this.index.key('p', session.projectId)}`);
    for (const event of events) this.#take(event, key, tags);
    const last = events.at(-1);
    if (last) this.#sql.setRead.run(key, last.seq);
    if (events.length < READ_AT_ONCE) this.#behind.delete(id);
    return true;
  }

  #take(row: EventRow, owner: number, tags: readonly string[]): void {
    if (!TELLING_KINDS.has(row.kind)) return;
    const event = SessionEventBody.safeParse(JSON.parse(row.payload)).data;
    // Of a newer agor: what it says is not known here.
    if (!event) return;
    if (event.kind === 'promptEdited' || event.kind === 'promptCancelled') this.index.removeRef(event.promptId);
    const text = eventText(event, this.sources.blobsDir);
    if (!text) return;
    const { kind, role, promptId: ref } = text;
    const doc: Doc = { kind, role, owner, seq: row.seq, at: row.at, text: text.text, ref, tags };
    this.index.add(doc, text.cut);
  }

  #remove(key: number): void {
    this.index.write(() => {
      for (const { id } of this.#sql.docsOf.all(key)) this.index.remove(id);
      this.#sql.forget.run(key);
    });
  }
}
