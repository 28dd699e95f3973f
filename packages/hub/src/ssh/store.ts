import { SshConnection, type SshConnectionId } from '@agor/protocol';
import type { HubDatabase, Row } from '../database/index.ts';

const PUT = `INSERT INTO ssh_sessions
    (id, name, host, port, username, key_file, folder, color, start_folder, forward_agent, created_at, last_used_at)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT (id) DO UPDATE SET name = excluded.name, host = excluded.host, port = excluded.port, username = excluded.username,
    key_file = excluded.key_file, folder = excluded.folder, color = excluded.color, start_folder = excluded.start_folder,
    forward_agent = excluded.forward_agent, last_used_at = excluded.last_used_at`;

/** The SSH connections as they are kept. Written only within a transaction. */
export class SshStore {
  readonly #db: HubDatabase;

  constructor(db: HubDatabase) {
    this.#db = db;
  }

  /** By folder and name. */
  all(): SshConnection[] {
    const rows = this.#db.raw
      .query<Row['sshSessions'], []>(
        'SELECT * FROM ssh_sessions ORDER BY folder COLLATE NOCASE, name COLLATE NOCASE, id',
      )
      .all();
    return rows.map(connectionOf);
  }

  find(id: SshConnectionId): SshConnection | null {
    const row = this.#db.raw.query<Row['sshSessions'], [string]>('SELECT * FROM ssh_sessions WHERE id = ?').get(id);
    return row ? connectionOf(row) : null;
  }

  count(): number {
    return this.#db.raw.query<{ n: number }, []>('SELECT count(*) AS n FROM ssh_sessions').get()?.n ?? 0;
  }

  put(one: SshConnection): void {
    this.#db.raw
      .query(PUT)
      .run(
        one.id,
        one.name,
        one.host,
        one.port,
        one.username,
        one.keyFile,
        one.folder,
        one.color,
        one.startFolder,
        one.forwardAgent ? 1 : 0,
        one.createdAt,
        one.lastUsedAt,
      );
  }

  remove(id: SshConnectionId): void {
    this.#db.raw.query('DELETE FROM ssh_sessions WHERE id = ?').run(id);
  }
}

function connectionOf(row: Row['sshSessions']): SshConnection {
  return SshConnection.parse({
    id: row.id,
    name: row.name,
    host: row.host,
    port: row.port,
    username: row.username,
    keyFile: row.key_file,
    folder: row.folder,
    color: row.color,
    startFolder: row.start_folder,
    forwardAgent: row.forward_agent === 1,
    createdAt: row.created_at,
    lastUsedAt: row.last_used_at,
  });
}
