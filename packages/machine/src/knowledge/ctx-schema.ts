import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { type Database, openDatabase } from '@agor/runtime';

/** As the `ctx` program has it; everything of it only where it is missing. */
const SCHEMA = `
CREATE TABLE IF NOT EXISTS sessions (
  name TEXT PRIMARY KEY, description TEXT, work_dir TEXT, created_at TEXT DEFAULT (datetime('now')));
CREATE TABLE IF NOT EXISTS contexts (
  id INTEGER PRIMARY KEY AUTOINCREMENT, project TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL,
  updated_at TEXT DEFAULT (datetime('now')), UNIQUE (project, key));
CREATE TABLE IF NOT EXISTS shared (
  key TEXT PRIMARY KEY, value TEXT NOT NULL, updated_at TEXT DEFAULT (datetime('now')));
CREATE TABLE IF NOT EXISTS summaries (
  id INTEGER PRIMARY KEY AUTOINCREMENT, project TEXT NOT NULL, summary TEXT NOT NULL,
  created_at TEXT DEFAULT (datetime('now')));
CREATE VIRTUAL TABLE IF NOT EXISTS contexts_fts USING fts5(project, key, value, content=contexts, content_rowid=id);
CREATE VIRTUAL TABLE IF NOT EXISTS shared_fts USING fts5(key, value, content=shared);
CREATE TRIGGER IF NOT EXISTS contexts_ai AFTER INSERT ON contexts BEGIN
  INSERT INTO contexts_fts(rowid, project, key, value) VALUES (new.id, new.project, new.key, new.value); END;
CREATE TRIGGER IF NOT EXISTS contexts_ad AFTER DELETE ON contexts BEGIN
  INSERT INTO contexts_fts(contexts_fts, rowid, project, key, value)
  VALUES ('delete', old.id, old.project, old.key, old.value); END;
CREATE TRIGGER IF NOT EXISTS contexts_au AFTER UPDATE ON contexts BEGIN
  INSERT INTO contexts_fts(contexts_fts, rowid, project, key, value)
  VALUES ('delete', old.id, old.project, old.key, old.value);
  INSERT INTO contexts_fts(rowid, project, key, value) VALUES (new.id, new.project, new.key, new.value); END;
CREATE TRIGGER IF NOT EXISTS shared_ai AFTER INSERT ON shared BEGIN
  INSERT INTO shared_fts(rowid, key, value) VALUES (new.rowid, new.key, new.value); END;
CREATE TRIGGER IF NOT EXISTS shared_ad AFTER DELETE ON shared BEGIN
  INSERT INTO shared_fts(shared_fts, rowid, key, value) VALUES ('delete', old.rowid, old.key, old.value); END;
CREATE TRIGGER IF NOT EXISTS shared_au AFTER UPDATE ON shared BEGIN
  INSERT INTO shared_fts(shared_fts, rowid, key, value) VALUES ('delete', old.rowid, old.key, old.value);
  INSERT INTO shared_fts(rowid, key, value) VALUES (new.rowid, new.key, new.value); END;
`;

/** Opens the ctx database to write, making it and what is missing in it. Throws `DatabaseError`. */
export function writingCtx<T>(path: string, write: (db: Database) => T): T {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const db = openDatabase(path, { synchronous: 'FULL', busyTimeoutMs: 2_000 });
  try {
    return db
      .transaction(() => {
        db.run(SCHEMA);
        return write(db);
      })
      .immediate();
  } finally {
    db.close();
  }
}
