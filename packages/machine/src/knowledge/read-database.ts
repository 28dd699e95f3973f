import { statSync } from 'node:fs';
import type { DatabaseStanding } from '@agor/protocol';
import { type Database, openDatabase } from '@agor/runtime';

/** How long another program may hold it. In ms. */
const BUSY_MS = 1_000;

/** A database cannot be read; the message says why. */
export class Unreadable extends Error {
  override readonly name = 'Unreadable';
}

/** Whether a database has what is looked for in it. Nothing is written. */
export function standingOf(path: string, tables: readonly string[]): DatabaseStanding {
  const entry = statSync(path, { throwIfNoEntry: false });
  if (!entry) return { state: 'missing', path, message: '' };
  try {
    reading(path, tables, () => undefined);
    return { state: 'ready', path, message: '' };
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    return { state: 'unreadable', path, message: error.message };
  }
}

/** Opens a database for reading only. Throws `Unreadable` also for what goes wrong while `read` reads. */
export function reading<T>(path: string, tables: readonly string[], read: (db: Database) => T): T {
  if (!statSync(path, { throwIfNoEntry: false })?.isFile()) throw new Unreadable('It is no file.');
  try {
    const db = openDatabase(path, { synchronous: 'NORMAL', readonly: true, busyTimeoutMs: BUSY_MS });
    try {
      db.run('PRAGMA query_only = ON');
      const has = namesIn(db);
      const missing = tables.filter((table) => !has.has(table));
      if (missing.length > 0) throw new Unreadable(`It has no table ${missing.join(', ')}: another program made it.`);
      return read(db);
    } finally {
      db.close();
    }
  } catch (error) {
    throw error instanceof Unreadable ? error : new Unreadable((error as Error).message);
  }
}

/** The tables of a database. */
export function namesIn(db: Database): Set<string> {
  const found = db.query<{ name: string }, []>("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')").all();
  return new Set(found.map(({ name }) => name));
}

/** What a person wrote, as a full-text query that takes every word literally; of the last one the beginning is enough. Null: no word in it. */
export function ftsQuery(text: string): string | null {
  const words = text.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word));
  if (words.length === 0) return null;
  return `${words.map((word) => `"${word.replaceAll('\0', '').replaceAll('"', '""')}"`).join(' ')}*`;
}
