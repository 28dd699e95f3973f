import {
  type CtxContext,
  type CtxEntry,
  type CtxFound,
  type CtxShared,
  type CtxSummary,
  MAX_CTX_ENTRIES,
  MAX_CTX_FOUND,
  MAX_CTX_SUMMARIES,
} from '@agor/protocol';
import type { Database } from '@agor/runtime';
import { writingCtx } from './ctx-schema.ts';
import { ftsQuery, reading, standingOf } from './read-database.ts';

const TABLES = ['sessions', 'contexts', 'shared', 'summaries', 'contexts_fts'];
const MAX_VALUE_CHARS = 20_000;
const VALUE = `substr(CAST(value AS TEXT), 1, ${MAX_VALUE_CHARS}) AS value, coalesce(updated_at, '') AS updatedAt`;

export interface CtxProject {
  readonly name: string;
  readonly folder: string;
  readonly description: string;
}

/** What the ctx database has of a project: found by its folder, else by its name. */
export function ctxContext(path: string, project: CtxProject): CtxContext {
  const standing = standingOf(path, TABLES);
  if (standing.state !== 'ready') return { standing, registeredAs: null, entries: [], shared: [], summaries: [] };
  return reading(path, TABLES, (db) => {
    const registeredAs = registeredName(db, project);
    const name = registeredAs ?? project.name;
    const entries = db
      .query<CtxEntry, [string, number]>(
        `SELECT project, key, ${VALUE} FROM contexts WHERE project = ? ORDER BY key LIMIT ?`,
      )
      .all(name, MAX_CTX_ENTRIES);
    const shared = db
      .query<CtxShared, [number]>(`SELECT key, ${VALUE} FROM shared ORDER BY key LIMIT ?`)
      .all(MAX_CTX_ENTRIES);
    const summaries = db
      .query<CtxSummary, [string, number]>(
        `SELECT project, substr(CAST(summary AS TEXT), 1, ${MAX_VALUE_CHARS}) AS summary, coalesce(created_at, '') AS createdAt
         FROM summaries WHERE project = ? ORDER BY created_at DESC, id DESC LIMIT ?`,
      )
      .all(name, MAX_CTX_SUMMARIES);
    return { standing, registeredAs, entries, shared, summaries };
  });
}

/** What fits best first: entries of all projects, then shared ones. Throws `Unreadable`. */
export function searchCtx(path: string, text: string): CtxFound[] {
  const query = ftsQuery(text);
  if (query === null) return [];
  return reading(path, TABLES, (db) => {
    const entries = db
      .query<CtxFound, [string, number]>(
        `SELECT project, key, ${VALUE} FROM contexts
         JOIN (SELECT rowid AS found, rank AS place FROM contexts_fts WHERE contexts_fts MATCH ?) ON found = id
         ORDER BY place LIMIT ?`,
      )
      .all(query, MAX_CTX_FOUND);
    const left = MAX_CTX_FOUND - entries.length;
    const hasShared = db.query("SELECT 1 FROM sqlite_master WHERE name = 'shared_fts'").get() !== null;
    if (left === 0 || !hasShared) return entries;
    const shared = db
      .query<CtxFound, [string, number]>(
        `SELECT NULL AS project, key, ${VALUE} FROM shared
         WHERE rowid IN (SELECT rowid FROM shared_fts WHERE shared_fts MATCH ?) ORDER BY key LIMIT ?`,
      )
      .all(query, left);
    return [...entries, ...shared];
  });
}

export function createCtx(path: string): void {
  writingCtx(path, () => undefined);
}

/** A project that is known by its name gets the folder; what was noted for it stays. Throws `DatabaseError`. */
export function registerInCtx(path: string, { name, folder, description }: CtxProject): void {
  writingCtx(path, (db) =>
    db
      .query(
        `INSERT INTO sessions (name, description, work_dir) VALUES (?, ?, ?)
         ON CONFLICT (name) DO UPDATE SET work_dir = excluded.work_dir`,
      )
      .run(name, description, folder),
  );
}

function registeredName(db: Database, { name, folder }: CtxProject): string | null {
  const found = db
    .query<{ name: string }, [string, string, string]>(
      'SELECT name FROM sessions WHERE work_dir = ? OR name = ? ORDER BY work_dir = ? DESC LIMIT 1',
    )
    .get(folder, name, folder);
  return found?.name ?? null;
}
