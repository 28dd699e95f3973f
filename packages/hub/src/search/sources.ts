import { existsSync } from 'node:fs';
import { type Database, openDatabase } from '@agor/runtime';

/** Where what is searched was said. Only read, each time in one short statement: a reader that stays keeps the log from being put away. */
export interface Sources extends Disposable {
  readonly sessions: Database;
  readonly team: Database;
  readonly blobsDir: string;
}

export interface SourcePaths {
  readonly sessionsDb: string;
  readonly teamDb: string;
  readonly blobsDir: string;
}

/** The texts of a page of results lie in places far apart in a log that may be of many GB. */
const MAP_BYTES = 2 ** 31 - 2 ** 16;

/** Both databases are made by the hub before it starts anything. */
export function openSources({ sessionsDb, teamDb, blobsDir }: SourcePaths): Sources {
  for (const path of [sessionsDb, teamDb]) if (!existsSync(path)) throw new Error(`${path} is missing`);
  const open = (path: string) => openDatabase(path, { synchronous: 'NORMAL', readonly: true });
  const sessions = open(sessionsDb);
  sessions.run(`PRAGMA mmap_size = ${MAP_BYTES}`);
  const team = open(teamDb);
  return {
    sessions,
    team,
    blobsDir,
    [Symbol.dispose]: () => {
      sessions.close();
      team.close();
    },
  };
}
