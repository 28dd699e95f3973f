import { expect, test } from 'bun:test';
import { join } from 'node:path';
import { tempDir } from '@agor/runtime/testing';
import { getTableConfig, type SQLiteTable } from 'drizzle-orm/sqlite-core';
import { Failure } from '../failure.ts';
import { openHubDatabase } from './index.ts';
import * as schema from './schema.ts';

interface Column {
  readonly name: string;
  readonly type: string;
  readonly notnull: number;
  readonly pk: number;
}

test('the migrations make exactly the tables, columns and indexes that the schema describes', () => {
  using dir = tempDir();
  const db = openHubDatabase(join(dir.path, 'sessions.db'));
  const tables = (Object.values(schema) as SQLiteTable[]).map(getTableConfig);
  const made = db.raw
    .query<{ name: string }, []>("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    .all();
  expect(made.map((t) => t.name).sort()).toEqual(tables.map((t) => t.name).sort());
  for (const table of tables) {
    const columns = db.raw.query<Column, []>(`PRAGMA table_info(${table.name})`).all();
    expect(columns.map(({ name, type, notnull }) => ({ name, type, notNull: notnull === 1 }))).toEqual(
      table.columns.map((c) => ({ name: c.name, type: c.getSQLType().toUpperCase(), notNull: c.notNull && !isKey(c) })),
    );
    const indexes = db.raw
      .query<{ name: string }, [string]>(
        "SELECT name FROM sqlite_master WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL",
      )
      .all(table.name);
    expect(indexes.map((i) => i.name).sort()).toEqual(table.indexes.map((i) => i.config.name).sort());
  }
  db.close();
});

/** SQLite tells the primary key's columns as nullable unless they say otherwise; they never are. */
function isKey(column: { primary: boolean }): boolean {
  return column.primary;
}

test('opening twice keeps what is there, and only this user may read it', () => {
  using dir = tempDir();
  const path = join(dir.path, 'sessions.db');
  const first = openHubDatabase(path);
  first.write(() => first.raw.run("INSERT INTO settings (key, value) VALUES ('theme', '\"latte\"')"));
  first.close();
  const second = openHubDatabase(path);
  expect(second.raw.query('SELECT value FROM settings').get()).toEqual({ value: '"latte"' });
  expect(second.raw.query('PRAGMA synchronous').get()).toEqual({ synchronous: 2 });
  expect(second.raw.query('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' });
  second.close();
});

test('a full disk is refused in words for the person, and nothing of the transaction stays', () => {
  using dir = tempDir();
  const db = openHubDatabase(join(dir.path, 'sessions.db'));
  const pages = db.raw.query<{ page_count: number }, []>('PRAGMA page_count').get()?.page_count ?? 0;
  db.raw.run(`PRAGMA max_page_count = ${pages + 2}`);
  const insert = db.raw.prepare<unknown, [string, string]>('INSERT INTO settings (key, value) VALUES (?, ?)');
  const fill = () =>
    db.write(() => {
      for (let i = 0; i < 100; i++) insert.run(`key-${i}`, 'x'.repeat(2_000));
    });
  expect(fill).toThrow(Failure);
  expect(fill).toThrow('The disk is full, so nothing was saved');
  expect(db.raw.query('SELECT count(*) AS n FROM settings').get()).toEqual({ n: 0 });
  db.raw.run(`PRAGMA max_page_count = ${pages + 1_000}`);
  fill();
  expect(db.raw.query('SELECT count(*) AS n FROM settings').get()).toEqual({ n: 100 });
  db.close();
});
