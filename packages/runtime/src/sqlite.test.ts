import { expect, setDefaultTimeout, test } from 'bun:test';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkpoint, DatabaseError, damage, migrate, openDatabase, schemaVersion } from './sqlite.ts';
import { tempDir } from './testing.ts';

setDefaultTimeout(60_000); // for a loaded computer

const FIRST = {
  version: 1,
  sql: 'CREATE TABLE a (id INTEGER PRIMARY KEY); CREATE TABLE b (a INTEGER REFERENCES a(id));',
};
const SECOND = { version: 2, sql: 'ALTER TABLE a ADD COLUMN name TEXT; CREATE INDEX a_name ON a(name);' };

const open = (path: string) => openDatabase(path, { synchronous: 'FULL' });

test('a database is private to its user, journaled ahead, durable, and keeps references whole', () => {
  using dir = tempDir();
  const path = join(dir.path, 'x.db');
  using db = open(path);
  migrate(db, [FIRST]);
  const pragma = (name: string) => Object.values(db.query(`PRAGMA ${name}`).get() as object)[0];
  expect(['journal_mode', 'synchronous', 'foreign_keys', 'busy_timeout', 'mmap_size'].map(pragma)).toEqual([
    'wal',
    2,
    1,
    5_000,
    0,
  ]);
  for (const file of [path, `${path}-wal`, `${path}-shm`]) expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(() => db.run('INSERT INTO b VALUES (7)')).toThrow(/FOREIGN KEY/);
  expect(checkpoint(db)).toBe(true);
  expect(statSync(`${path}-wal`).size).toBe(0);
});

test('migrations run once each and in order, and a second program start changes nothing', () => {
  using dir = tempDir();
  using db = open(join(dir.path, 'x.db'));
  migrate(db, [FIRST]);
  migrate(db, [FIRST, SECOND]);
  migrate(db, [FIRST, SECOND]);
  expect(schemaVersion(db)).toBe(2);
  db.run("INSERT INTO a (name) VALUES ('kept')");
});

test('a migration that fails or breaks a reference leaves the database as it was', () => {
  using dir = tempDir();
  using db = open(join(dir.path, 'x.db'));
  migrate(db, [FIRST]);
  db.run('INSERT INTO a VALUES (1)');
  db.run('INSERT INTO b VALUES (1)');
  expect(() => migrate(db, [FIRST, { version: 2, sql: 'CREATE TABLE c (x); nonsense;' }])).toThrow(/syntax/);
  expect(() => migrate(db, [FIRST, { version: 2, sql: 'DELETE FROM a;' }])).toThrow(/would break a reference/);
  expect(schemaVersion(db)).toBe(1);
  expect(db.query("SELECT name FROM sqlite_schema WHERE name = 'c'").get()).toBeNull();
  expect(() => db.run('INSERT INTO b VALUES (7)')).toThrow(/FOREIGN KEY/);
});

test('a database of a newer agor is refused with what to do, and not touched', () => {
  using dir = tempDir();
  const path = join(dir.path, 'x.db');
  using db = open(path);
  migrate(db, [FIRST, SECOND]);
  expect(() => migrate(db, [FIRST])).toThrow(/written by a newer agor \(schema 2, this one knows 1\).*--data-dir/);
  expect(schemaVersion(db)).toBe(2);
});

test('a file that is no database is refused and kept', () => {
  using dir = tempDir();
  const path = join(dir.path, 'x.db');
  const garbage = 'this was never a database '.repeat(100);
  writeFileSync(path, garbage);
  expect(() => open(path)).toThrow(DatabaseError);
  expect(readFileSync(path, 'utf8')).toBe(garbage);
});

test('a damaged page is told with the name of the file and what to do', () => {
  using dir = tempDir();
  const path = join(dir.path, 'x.db');
  const db = open(path);
  migrate(db, [{ version: 1, sql: 'CREATE TABLE t (a TEXT); CREATE TABLE u (a TEXT)' }]);
  db.run("INSERT INTO u VALUES ('x')");
  db.close();
  const bytes = readFileSync(path);
  writeFileSync(path, bytes.fill(0xff, 4096));
  using again = open(path);
  const error = thrown(() => again.query('SELECT * FROM u').all());
  expect(damage(error, path)?.message).toMatch(/x\.db is damaged .*malformed.* put a backup/);
  expect(damage(new Error('malformed'), path)).toBeNull();
});

function thrown(fn: () => unknown): unknown {
  try {
    fn();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

test('several processes that migrate at once agree', async () => {
  using dir = tempDir();
  const path = join(dir.path, 'x.db');
  const code = `import { migrate, openDatabase } from ${JSON.stringify(join(import.meta.dir, 'sqlite.ts'))};
    const db = openDatabase(${JSON.stringify(path)}, { synchronous: 'NORMAL' });
    migrate(db, ${JSON.stringify([FIRST, SECOND])});`;
  const all = Array.from({ length: 8 }, () => Bun.spawn([process.execPath, '-e', code], { stderr: 'inherit' }));
  expect(await Promise.all(all.map((one) => one.exited))).toEqual(all.map(() => 0));
  using db = open(path);
  expect(schemaVersion(db)).toBe(2);
});

test.if(process.platform === 'linux')(
  'opening a database again in one process keeps the lock that protects it from others',
  () => {
    using dir = tempDir();
    const path = join(dir.path, 'x.db');
    using db = open(path);
    migrate(db, [FIRST]);
    const locked = () => readFileSync('/proc/locks', 'utf8').includes(`:${statSync(path).ino} `);
    expect(locked()).toBe(true);
    open(path).close();
    expect(locked()).toBe(true);
  },
);
