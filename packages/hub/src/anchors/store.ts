import { Anchor, type AnchorKind, type ProjectId, type SessionId } from '@agor/protocol';
import type { HubDatabase, Row } from '../database/index.ts';

/** The anchors of all projects. Written only within a transaction. */
export class AnchorStore {
  readonly #ofProject;
  readonly #find;
  readonly #ofMessage;
  readonly #insert;
  readonly #setKind;
  readonly #remove;
  readonly #isAnchored;
  readonly #setAnchored;

  constructor({ raw }: HubDatabase) {
    // An anchor's session may be gone from this agor; its anchors stay.
    this.#ofProject = raw.prepare<Row['sessionAnchors'], [string]>(
      `SELECT a.* FROM session_anchors a LEFT JOIN sessions s ON s.id = a.session_id
        WHERE a.project_id = ? ORDER BY coalesce(s.created_at, 0), a.session_id, a.turn_index, a.seq, a.created_at, a.id`,
    );
    this.#find = raw.prepare<Row['sessionAnchors'], [string]>('SELECT * FROM session_anchors WHERE id = ?');
    this.#ofMessage = raw.prepare<Row['sessionAnchors'], [string, string]>(
      'SELECT * FROM session_anchors WHERE session_id = ? AND message_id = ?',
    );
    this.#insert = raw.prepare<
      unknown,
      [string, string, string, string, string | null, string, number, number, number, number]
    >(
      `INSERT INTO session_anchors (id, project_id, session_id, anchor_type, message_id, content, estimated_tokens, turn_index, seq, created_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#setKind = raw.prepare<unknown, [string, string]>('UPDATE session_anchors SET anchor_type = ? WHERE id = ?');
    this.#remove = raw.prepare<unknown, [string]>('DELETE FROM session_anchors WHERE id = ?');
    this.#isAnchored = raw.prepare<unknown, [string]>('SELECT 1 FROM anchored_projects WHERE project_id = ?');
    this.#setAnchored = raw.prepare<unknown, [string, string, number]>(
      'INSERT OR IGNORE INTO anchored_projects (project_id, session_id, at) VALUES (?, ?, ?)',
    );
  }

  /** By session, oldest first, and turn. */
  ofProject(id: ProjectId): Anchor[] {
    return this.#ofProject.all(id).map(anchorOf);
  }

  find(id: string): Anchor | null {
    const row = this.#find.get(id);
    return row ? anchorOf(row) : null;
  }

  ofMessage(sessionId: SessionId, messageId: string): Anchor | null {
    const row = this.#ofMessage.get(sessionId, messageId);
    return row ? anchorOf(row) : null;
  }

  add({ id, projectId, sessionId, kind, messageId, text, tokens, turn, seq, createdAt }: Anchor): void {
    this.#insert.run(id, projectId, sessionId, kind, messageId, text, tokens, turn, seq, createdAt);
  }

  setKind(id: string, kind: AnchorKind): void {
    this.#setKind.run(kind, id);
  }

  remove(id: string): void {
    this.#remove.run(id);
  }

  /** The project's first compaction was seen. */
  isAnchored(id: ProjectId): boolean {
    return this.#isAnchored.get(id) !== null;
  }

  setAnchored(id: ProjectId, sessionId: SessionId, at: number): void {
    this.#setAnchored.run(id, sessionId, at);
  }
}

function anchorOf(row: Row['sessionAnchors']): Anchor {
  return Anchor.parse({
    id: row.id,
    projectId: row.project_id,
    sessionId: row.session_id,
    kind: row.anchor_type,
    messageId: row.message_id,
    text: row.content,
    tokens: row.estimated_tokens,
    turn: row.turn_index,
    seq: row.seq,
    createdAt: row.created_at,
  });
}
