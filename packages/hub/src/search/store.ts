import { existsSync, rmSync, statSync } from 'node:fs';
import { type Database, damage, openDatabase, schemaVersion } from '@agor/runtime';

/** Another number makes the index anew: it holds nothing that is not elsewhere. */
export const SCHEMA = 2;
/** Documents of one shard. Ranking a word that stands in every document of a shard takes some milliseconds (decision 17). */
export const SHARD_DOCS = 16_384;
/** Pages of its own for a few queries' worth of term lists, in KiB. */
const CACHE_KIB = 8_192;
/** The whole file: a question walks through thousands of its pages, and to read each by a call takes two thirds of its time. The system may take them back at any time. */
const MAP_BYTES = 2 ** 31 - 2 ** 16;

const TABLES = `
-- What is said once and referred to often: k = p(roject) g(roup) v(endor) s(ession). A tag is k and the key.
CREATE TABLE names (key INTEGER PRIMARY KEY, k TEXT NOT NULL, value TEXT NOT NULL, UNIQUE (k, value));
-- What can be found, without its text, which stays where it was said. owner: the session's key, or the group's. kind, role: see docs.ts.
-- ref: the prompt's, task's or message's id. part: the comment's.
CREATE TABLE docs (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  kind INTEGER NOT NULL, role INTEGER NOT NULL, owner INTEGER, seq INTEGER NOT NULL, at INTEGER NOT NULL, cut INTEGER NOT NULL,
  ref TEXT, part TEXT
);
CREATE INDEX docs_by_ref ON docs (ref) WHERE ref IS NOT NULL;
-- How far each session's log is in the index.
CREATE TABLE logs (session INTEGER PRIMARY KEY, seq INTEGER NOT NULL);
CREATE TABLE tasks (id TEXT PRIMARY KEY, version INTEGER NOT NULL, updated_at INTEGER NOT NULL);
CREATE TABLE cursors (name TEXT PRIMARY KEY, row INTEGER NOT NULL, id TEXT NOT NULL);
CREATE TABLE shards (n INTEGER PRIMARY KEY, first_at INTEGER NOT NULL, last_at INTEGER NOT NULL, merged INTEGER NOT NULL DEFAULT 0);
-- An expression is tried here before it is put together with filters.
CREATE VIRTUAL TABLE probe USING fts5(text, content='');
PRAGMA user_version = ${SCHEMA};
`;

/** Opens search.db; one that is damaged, or of another schema, is made anew. */
export function openStore(path: string): Database {
  try {
    return prepare(path);
  } catch {
    // Whatever is wrong with it (damaged, cut off, no database at all): it can be made from the logs.
    removeStore(path);
    return prepare(path);
  }
}

/** True for what only a new index mends. */
export function isDamage(error: unknown, path: string): boolean {
  return damage(error, path) !== null || /vtable constructor failed|no such table|malformed/.test(String(error));
}

export function removeStore(path: string): void {
  for (const end of ['', '-wal', '-shm', '-journal']) rmSync(path + end, { force: true });
}

export function bytesOf(path: string): number {
  return [path, `${path}-wal`].reduce((sum, file) => sum + (existsSync(file) ? statSync(file).size : 0), 0);
}

export const shardOf = (doc: number): number => Math.floor((doc - 1) / SHARD_DOCS);
/** The first document of a shard. */
export const firstOf = (shard: number): number => shard * SHARD_DOCS + 1;
export const tableOf = (shard: number): string => `text_${shard}`;

/**
 * A shard holds no text and no way back to it. `tags` makes filters terms of the index, so that a filtered query walks two short lists
 * instead of looking up each match. There are no prefix lists: in a shard of this size the words that begin alike are merged as fast as their list would be read, and the lists would
 * double the index.
 */
export function createShard(db: Database, shard: number, at: number): void {
  db.run(
    `CREATE VIRTUAL TABLE ${tableOf(shard)} USING fts5(text, tags, content='', contentless_delete=1, tokenize='unicode61 remove_diacritics 2')`,
  );
  // Few large merges cost less than many small ones; a full shard is merged to one by `mergeSome`.
  db.run(`INSERT INTO ${tableOf(shard)} (${tableOf(shard)}, rank) VALUES ('automerge', 8)`);
  db.prepare('INSERT INTO shards (n, first_at, last_at) VALUES (?, ?, ?)').run(shard, at, at);
}

function prepare(path: string): Database {
  const db = openDatabase(path, { synchronous: 'NORMAL' });
  try {
    db.run(`PRAGMA cache_size = -${CACHE_KIB}`);
    db.run(`PRAGMA mmap_size = ${MAP_BYTES}`);
    const version = schemaVersion(db);
    if (version === 0) db.transaction(() => db.run(TABLES)).immediate();
    else if (version !== SCHEMA) throw new Error(`schema ${version}`);
    // Reads what a damaged file most likely lacks.
    db.query('SELECT (SELECT count(*) FROM shards) + (SELECT count(*) FROM logs) AS n').get();
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}
