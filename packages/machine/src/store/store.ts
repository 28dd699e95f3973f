import { bootId, type Database, type Migration, migrate, openDatabase } from '@agor/runtime';

/**
 * Journal and ledger share one file, so that "the agent has this prompt" and the line that says so become true in one transaction. It is opened
 * twice: entries may lose the last moments at a power cut, what a hub was promised may not.
 */
export interface MachineStore extends Disposable {
  /** synchronous NORMAL: journal entries and all that is settled together with them. Survives the death of this process. */
  readonly journal: Database;
  /** synchronous FULL: what must outlast a power cut before we act on it. */
  readonly ledger: Database;
  /** The computer was started anew since the machine last ran: no process of before can be alive. */
  readonly rebooted: boolean;
  close(): void;
}

const MIGRATIONS: readonly Migration[] = [
  {
    version: 1,
    sql: `
      CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
      -- AUTOINCREMENT: the highest number outlives its entry, so that none is given twice.
      CREATE TABLE entries (
        seq INTEGER PRIMARY KEY AUTOINCREMENT,
        session_id TEXT NOT NULL,
        at INTEGER NOT NULL,
        bytes INTEGER NOT NULL,
        event TEXT NOT NULL
      ) STRICT;
      CREATE TABLE commands (
        id TEXT PRIMARY KEY,
        kind TEXT NOT NULL,
        session_id TEXT NOT NULL,
        prompt_id TEXT,
        state TEXT NOT NULL,
        at INTEGER NOT NULL
      ) STRICT;
      CREATE INDEX commands_unsettled ON commands (session_id) WHERE state IN ('accepted', 'written');
      CREATE INDEX commands_by_age ON commands (at);
      CREATE TABLE runners (
        session_id TEXT PRIMARY KEY,
        provider TEXT NOT NULL,
        pid INTEGER NOT NULL,
        start_time TEXT NOT NULL,
        boot_id TEXT NOT NULL
      ) STRICT;
    `,
  },
];

/** Pages of 4 KiB in the write-ahead log before it is moved into the file: rarer than SQLite's 1000, for a checkpoint waits for the disk. */
const CHECKPOINT_PAGES = 4_000;

/** Opens or creates the database. Throws `DatabaseError` when it cannot be used; it is then left as it is. */
export function openStore(path: string): MachineStore {
  const journal = openDatabase(path, { synchronous: 'NORMAL' });
  journal.run(`PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
  migrate(journal, MIGRATIONS);
  const ledger = openDatabase(path, { synchronous: 'FULL' });
  ledger.run(`PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
  const before = journal.query<{ value: string }, []>("SELECT value FROM meta WHERE key = 'boot'").get();
  journal.query("INSERT INTO meta VALUES ('boot', ?1) ON CONFLICT DO UPDATE SET value = ?1").run(bootId());
  const close = (): void => {
    ledger.close();
    journal.close();
  };
  return {
    journal,
    ledger,
    rebooted: before !== null && before.value !== bootId(),
    close,
    [Symbol.dispose]: close,
  };
}
