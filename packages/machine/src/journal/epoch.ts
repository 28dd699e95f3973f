import type { Database } from '@agor/runtime';

/** The journal's epoch; a random one the first time. */
export function readEpoch(db: Database): string {
  const found = db.query<{ value: string }, []>("SELECT value FROM meta WHERE key = 'epoch'").get()?.value;
  if (found !== undefined) return found;
  const epoch = crypto.randomUUID();
  writeEpoch(db, epoch);
  return epoch;
}

/**
 * Begins a new epoch: entries up to `lost` are dropped, later ones are numbered 1, 2, 3… Returns the epoch. All or nothing.
 */
export function renewEpoch(db: Database, lost: number): string {
  const epoch = crypto.randomUUID();
  db.transaction(() => {
    db.query('DELETE FROM entries WHERE seq <= ?').run(lost);
    // In two steps, because no two entries may have the same number on the way.
    db.query('UPDATE entries SET seq = ? - seq').run(lost);
    db.run('UPDATE entries SET seq = -seq');
    db.run("UPDATE sqlite_sequence SET seq = (SELECT COALESCE(MAX(seq), 0) FROM entries) WHERE name = 'entries'");
    writeEpoch(db, epoch);
  }).immediate();
  return epoch;
}

function writeEpoch(db: Database, epoch: string): void {
  db.query("INSERT INTO meta VALUES ('epoch', ?1) ON CONFLICT DO UPDATE SET value = ?1").run(epoch);
}
