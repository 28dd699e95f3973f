import { type Database, type Migration, migrate, openDatabase } from '@agor/runtime';
import { rejected } from '../failure.ts';
import first from './0001-first.sql' with { type: 'text' };
import doneFingerprint from './0002-done-fingerprint.sql' with { type: 'text' };
import providerSessions from './0003-provider-sessions.sql' with { type: 'text' };
import spending from './0004-spending.sql' with { type: 'text' };
import anchors from './0005-anchors.sql' with { type: 'text' };
import notifications from './0006-notifications.sql' with { type: 'text' };
import metrics from './0007-metrics.sql' with { type: 'text' };
import ssh from './0008-ssh.sql' with { type: 'text' };
import teamFirst from './team-0001-first.sql' with { type: 'text' };
import teamStoppedWakes from './team-0002-stopped-wakes.sql' with { type: 'text' };
import teamRights from './team-0004-rights.sql' with { type: 'text' };
import teamBounds from './team-0005-bounds.sql' with { type: 'text' };
import teamWakes from './team-0006-wakes.sql' with { type: 'text' };
import teamCounts from './team-0007-counts.sql' with { type: 'text' };

/** sessions.db or btmsg.db. Every write goes through `write`, so that the person hears of a full disk in one way. */
export interface HubDatabase {
  readonly raw: Database;
  /**
   * Runs `fn` in one transaction; what it wrote is on the disk when this returns. Joins a transaction that is already
   * open. Throws `Failure` REJECTED, with nothing written, when the disk is full or can't be written.
   */
  write<T>(fn: () => T): T;
  close(): void;
}

const MIGRATIONS = [
  { version: 1, sql: first },
  { version: 2, sql: doneFingerprint },
  { version: 3, sql: providerSessions },
  { version: 4, sql: spending },
  { version: 5, sql: anchors },
  { version: 6, sql: notifications },
  { version: 7, sql: metrics },
  { version: 8, sql: ssh },
];

/** Pages of 4 KiB in the write-ahead log before it is moved into the file: rarer than SQLite's 1000, for a checkpoint writes and syncs twice. */
const CHECKPOINT_PAGES = 4_000;

/**
 * Opens sessions.db and brings its schema up to date. Throws `DatabaseError`, in words for the person, for a damaged file
 * or one of a newer agor. A transaction is on the disk before it returns (`synchronous=FULL`): prompts and answers are promised.
 */
export function openHubDatabase(path: string): HubDatabase {
  return open(path, MIGRATIONS);
}

const TEAM_MIGRATIONS = [
  { version: 1, sql: teamFirst },
  { version: 2, sql: teamStoppedWakes },
  { version: 4, sql: teamRights },
  { version: 5, sql: teamBounds },
  { version: 6, sql: teamWakes },
  { version: 7, sql: teamCounts },
];

/** Opens btmsg.db: what agents say to each other and work on; the hub alone writes to it. Promises and errors as of `openHubDatabase`. */
export function openTeamDatabase(path: string): HubDatabase {
  return open(path, TEAM_MIGRATIONS);
}

function open(path: string, migrations: readonly Migration[]): HubDatabase {
  const raw = openDatabase(path, { synchronous: 'FULL' });
  try {
    raw.run(`PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
    migrate(raw, migrations);
  } catch (error) {
    raw.close();
    throw error;
  }
  const write = <T>(fn: () => T): T => {
    if (raw.inTransaction) return fn();
    try {
      return raw.transaction(fn).immediate();
    } catch (error) {
      throw asFailure(error);
    }
  };
  return { raw, write, close: () => raw.close() };
}

/** Errors of the disk become a message for the person; all others stay what they are. */
function asFailure(error: unknown): unknown {
  const code = (error as { code?: unknown } | null)?.code;
  if (typeof code !== 'string') return error;
  if (code === 'SQLITE_FULL')
    return rejected('The disk is full, so nothing was saved. Free some space and try again.', error);
  if (code.startsWith('SQLITE_IOERR') || code === 'SQLITE_READONLY')
    return rejected(`agor's data folder cannot be written (${code}), so nothing was saved. Check the disk.`, error);
  return error;
}
