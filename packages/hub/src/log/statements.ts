import type { Database } from '@agor/runtime';
import type { Row } from '../database/index.ts';

type EventRow = Pick<Row['sessionEvents'], 'seq' | 'at' | 'payload'>;
type SessionRow = Pick<Row['sessions'], 'epoch' | 'held' | 'snapshot_seq' | 'state'>;
type IdRow = { id: string };

export type EventStatements = ReturnType<typeof eventStatements>;

/** The log's statements, prepared once: they run for every event. */
export function eventStatements(db: Database) {
  return {
    insertSession: db.prepare<unknown, [string, string, string | null, number, number, number, number, string]>(
      `INSERT INTO sessions (id, epoch, project_id, created_at, last_activity_at, open, snapshot_seq, state)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    ),
    insertEvent: db.prepare<unknown, [string, number, number, number | null, string, string]>(
      'INSERT INTO session_events (session_id, seq, at, origin, kind, payload) VALUES (?, ?, ?, ?, ?, ?)',
    ),
    removeEvents: db.prepare<unknown, [string]>('DELETE FROM session_events WHERE session_id = ?'),
    saveSnapshot: db.prepare<unknown, [number, number, number, string, string]>(
      'UPDATE sessions SET last_activity_at = ?, open = ?, snapshot_seq = ?, state = ? WHERE id = ?',
    ),
    setHeld: db.prepare<unknown, [number, string]>('UPDATE sessions SET held = ? WHERE id = ?'),
    held: db.prepare<IdRow, [number]>('SELECT id FROM sessions WHERE held = ?'),
    setEpoch: db.prepare<unknown, [string, string]>('UPDATE sessions SET epoch = ? WHERE id = ?'),
    session: db.prepare<SessionRow, [string]>('SELECT epoch, held, snapshot_seq, state FROM sessions WHERE id = ?'),
    allIds: db.prepare<IdRow, []>('SELECT id FROM sessions'),
    // The first test spares the parsing of every session's state.
    limitedIds: db.prepare<IdRow, []>(
      `SELECT id FROM sessions WHERE instr(state, '"limit":{') > 0 AND json_extract(state, '$.limit.until') IS NOT NULL`,
    ),
    openIds: db.prepare<IdRow, []>('SELECT id FROM sessions WHERE open = 1'),
    list: db.prepare<IdRow, [number]>(
      `SELECT id FROM sessions WHERE open = 1
         OR id IN (SELECT id FROM sessions ORDER BY last_activity_at DESC, id DESC LIMIT ?)
       ORDER BY last_activity_at DESC, id DESC`,
    ),
    listBefore: db.prepare<IdRow, [string, number]>(
      `SELECT id FROM sessions
        WHERE (last_activity_at, id) < (SELECT last_activity_at, id FROM sessions WHERE id = ?)
        ORDER BY last_activity_at DESC, id DESC LIMIT ?`,
    ),
    listOfProject: db.prepare<IdRow, [string, number]>(
      'SELECT id FROM sessions WHERE project_id = ? ORDER BY last_activity_at DESC, id DESC LIMIT ?',
    ),
    listOfProjectBefore: db.prepare<IdRow, [string, string, number]>(
      `SELECT id FROM sessions
        WHERE project_id = ? AND (last_activity_at, id) < (SELECT last_activity_at, id FROM sessions WHERE id = ?)
        ORDER BY last_activity_at DESC, id DESC LIMIT ?`,
    ),
    before: db.prepare<EventRow, [string, number, number]>(
      'SELECT seq, at, payload FROM session_events WHERE session_id = ? AND seq < ? ORDER BY seq DESC LIMIT ?',
    ),
    since: db.prepare<EventRow, [string, number, number]>(
      'SELECT seq, at, payload FROM session_events WHERE session_id = ? AND seq > ? ORDER BY seq LIMIT ?',
    ),
  };
}
