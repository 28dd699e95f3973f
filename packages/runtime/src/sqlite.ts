import { Database, SQLiteError } from 'bun:sqlite';
import { closeSync, openSync } from 'node:fs';

export { Database };

export interface OpenOptions {
  /** FULL for what was promised to a person; NORMAL may lose the last commits at a power cut, but never the database. */
  readonly synchronous: 'FULL' | 'NORMAL';
  /** How long a writer waits for another process's transaction. */
  readonly busyTimeoutMs?: number;
  readonly readonly?: boolean;
}

export interface Migration {
  readonly version: number;
  readonly sql: string;
}

/** The database cannot be used as it is; nothing in it was changed. The message says what to do. */
export class DatabaseError extends Error {
  override readonly name = 'DatabaseError';
}

const CACHE_KIB = 2_048;
const BUSY_RETRY_MS = 5;
const MAX_WAL_BYTES = 64 * 1024 * 1024;

/**
 * Opens a database in WAL mode with foreign keys on, creating it for this user only (0600). No memory mapping and a page cache of 2 MiB:
 * agor holds several of them within a small memory budget.
 */
export function openDatabase(path: string, options: OpenOptions): Database {
  const { synchronous, busyTimeoutMs = 5_000, readonly = false } = options;
  if (!readonly && path !== ':memory:') createPrivate(path);
  const db = new Database(
    path,
    readonly ? { readonly: true, strict: true } : { readwrite: true, create: true, strict: true },
  );
  try {
    db.run(`PRAGMA busy_timeout = ${busyTimeoutMs}`);
    if (!readonly) {
      switchToWal(db, busyTimeoutMs);
      db.run(`PRAGMA synchronous = ${synchronous}`);
      db.run(`PRAGMA journal_size_limit = ${MAX_WAL_BYTES}`);
    }
    db.run('PRAGMA foreign_keys = ON');
    db.run(`PRAGMA cache_size = -${CACHE_KIB}`);
    db.run('PRAGMA mmap_size = 0');
    return db;
  } catch (error) {
    db.close();
    const advice = isBusy(error)
      ? 'Another program holds it; end that and try again.'
      : 'It was left as it is; put a backup in its place, or move it away to start empty.';
    throw new DatabaseError(`Cannot open the database ${path}: ${(error as Error).message}. ${advice}`, {
      cause: error,
    });
  }
}

/** Why an error of SQLite's means that the file is damaged, in words for the person who has to mend it; null for every other error. */
export function damage(error: unknown, path: string): DatabaseError | null {
  const code = error instanceof SQLiteError ? (error.code ?? '') : '';
  if (!code.startsWith('SQLITE_CORRUPT') && code !== 'SQLITE_NOTADB') return null;
  const message = `The database ${path} is damaged (${(error as Error).message}). It was left as it is; put a backup in its place, or move it away to start empty.`;
  return new DatabaseError(message, { cause: error });
}

/**
 * Brings the schema up to date: runs the migrations above `user_version`, each in a transaction of its own. Safe when several processes do it
 * at once. Throws `DatabaseError` for a database that a newer program wrote.
 */
export function migrate(db: Database, migrations: readonly Migration[]): void {
  const latest = checkedLatest(migrations);
  const found = schemaVersion(db);
  if (found > latest) {
    throw new DatabaseError(
      `The database ${db.filename} was written by a newer agor (schema ${found}, this one knows ${latest}). Start the newer agor, or choose another data folder with --data-dir. Nothing was changed.`,
    );
  }
  if (found === latest) return;
  // A migration may rebuild a table that others refer to; the check below makes up for it. Cannot be switched within a transaction.
  db.run('PRAGMA foreign_keys = OFF');
  try {
    for (const migration of migrations) applyOnce(db, migration);
  } finally {
    db.run('PRAGMA foreign_keys = ON');
  }
}

/** Moves the write-ahead log into the database file and empties it. False when a reader was in the way: try again later. */
export function checkpoint(db: Database): boolean {
  const row = db.query<{ busy: number }, []>('PRAGMA wal_checkpoint(TRUNCATE)').get();
  return row?.busy === 0;
}

/** The schema's number, 0 for a new database. */
export function schemaVersion(db: Database): number {
  return db.query<{ user_version: number }, []>('PRAGMA user_version').get()?.user_version ?? 0;
}

/** Several programs that open a new database at once get "busy" here at once: SQLite does not apply the timeout to this switch. */
function switchToWal(db: Database, timeoutMs: number): void {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    try {
      db.run('PRAGMA journal_mode = WAL');
      return;
    } catch (error) {
      if (!isBusy(error) || performance.now() > deadline) throw error;
      Bun.sleepSync(BUSY_RETRY_MS);
    }
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof SQLiteError && error.code?.startsWith('SQLITE_BUSY') === true;
}

/**
 * Creates the file with mode 0600, which its -wal and -shm files take over; SQLite itself would follow the umask. An existing one must not even
 * be opened: closing any descriptor of a database drops all locks that this process holds on it, and the next to close it would delete the
 * write-ahead log that we still use.
 */
function createPrivate(path: string): void {
  try {
    closeSync(openSync(path, 'wx', 0o600));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

function applyOnce(db: Database, { version, sql }: Migration): void {
  db.transaction(() => {
    // Read again under the write lock: another process may have been faster.
    if (schemaVersion(db) >= version) return;
    db.run(sql);
    const broken = db.query('PRAGMA foreign_key_check').get();
    if (broken)
      throw new DatabaseError(
        `Migration ${version} of ${db.filename} would break a reference: ${JSON.stringify(broken)}`,
      );
    db.run(`PRAGMA user_version = ${version}`);
  }).immediate();
}

function checkedLatest(migrations: readonly Migration[]): number {
  let latest = 0;
  for (const { version } of migrations) {
    if (!Number.isInteger(version) || version <= latest)
      throw new Error(`migration versions must rise: ${version} after ${latest}`);
    latest = version;
  }
  return latest;
}
