import { afterEach, beforeEach, expect, setDefaultTimeout, test } from 'bun:test';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CtxContext, CtxFound, MemoryNode, MemoryPage, MemoryStore } from '@agor/protocol';
import { Database, systemClock } from '@agor/runtime';
import { tempDir } from '@agor/runtime/testing';
import { askKnowledge } from './ask.ts';
import type { KnowledgeOrder } from './orders.ts';
import { knowledgePlaces } from './places.ts';

// Each question is a process of its own.
setDefaultTimeout(120_000);
let temp: ReturnType<typeof tempDir>;
beforeEach(() => {
  temp = tempDir();
});
afterEach(() => temp[Symbol.dispose]());
const places = () => knowledgePlaces({ HOME: temp.path }, {});
const ask = (order: KnowledgeOrder, more: { limitMs?: number; command?: string[] } = {}) =>
  askKnowledge(order, { places: places(), clock: systemClock, ...more }, new AbortController().signal);

/** A database as Memora makes it. */
function memora(memories: readonly { content: string; tags: string }[]): string {
  const { memora: path } = places();
  mkdirSync(join(path, '..'), { recursive: true });
  const db = new Database(path);
  db.run('PRAGMA journal_mode = WAL');
  db.run(
    'CREATE TABLE memories (id INTEGER PRIMARY KEY, content TEXT, tags TEXT, metadata TEXT, created_at TEXT, updated_at TEXT)',
  );
  db.run('CREATE VIRTUAL TABLE memories_fts USING fts5(content, metadata, tags)');
  memories.forEach(({ content, tags }, at) => {
    db.query("INSERT INTO memories VALUES (?, ?, ?, '{}', ?, NULL)").run(at + 1, content, tags, `2026-01-0${at + 1}`);
    db.query("INSERT INTO memories_fts (rowid, content, metadata, tags) VALUES (?, ?, '', ?)").run(
      at + 1,
      content,
      tags,
    );
  });
  db.close();
  return path;
}
const SOME = [
  { content: 'The billing API rounds half up', tags: '["billing","api"]' },
  { content: 'Deploys go out on Tuesdays', tags: '["deploy"]' },
  { content: 'Say "NOT" AND mean it *', tags: 'no json' },
];
const all = { op: 'memory.search' as const, store: 'memora', query: '', tags: [] as string[], limit: 50, offset: 0 };
const search = async (more: Partial<typeof all>) => MemoryPage.parse(await ask({ ...all, ...more } as KnowledgeOrder));
const ids = ({ nodes }: MemoryPage) => nodes.map(({ id }) => id);

test('without a database it is told where one is looked for', async () => {
  const [store] = MemoryStore.array().parse(await ask({ op: 'memory.stores' }));
  expect(store).toMatchObject({
    name: 'memora',
    standing: { state: 'missing', path: join(temp.path, '.local/share/memora/memories.db') },
  });
  expect(readdirSync(temp.path)).toEqual([]);
});

test('memories are listed newest first, in pages, with how many there are', async () => {
  memora(SOME);
  expect(ids(await search({}))).toEqual(['3', '2', '1']);
  const page = await search({ limit: 1, offset: 1 });
  expect([ids(page), page.total]).toEqual([['2'], 3]);
  const [store] = MemoryStore.array().parse(await ask({ op: 'memory.stores' }));
  expect(store?.tags.map(({ tag }) => tag)).toEqual(['api', 'billing', 'deploy']);
});

test('words are taken literally, also those of the query language, and their beginning is enough', async () => {
  memora(SOME);
  expect(ids(await search({ query: 'bill' }))).toEqual(['1']);
  expect(ids(await search({ query: '"NOT" AND' }))).toEqual(['3']);
  expect(ids(await search({ query: 'content:billing' }))).toEqual([]);
  for (const query of ['"', '*', 'a OR (', "'; DROP TABLE memories; --", '\0'])
    expect((await search({ query })).total).toBeLessThan(4);
  expect((await search({})).total).toBe(3);
});

test('any of the tags is enough, also beside words', async () => {
  memora(SOME);
  expect(ids(await search({ tags: ['deploy', 'api'] }))).toEqual(['2', '1']);
  expect(ids(await search({ tags: ['api'], query: 'deploys' }))).toEqual([]);
  expect(ids(await search({ tags: ["x' OR 1"] }))).toEqual([]);
});

test('a long memory is cut in the list and whole by itself', async () => {
  const content = 'long '.repeat(1_000);
  memora([{ content, tags: '[]' }]);
  expect((await search({})).nodes[0]).toMatchObject({ isCut: true });
  const node = MemoryNode.parse(await ask({ op: 'memory.get', store: 'memora', id: '1' }));
  expect([node.content, node.isCut]).toEqual([content, false]);
  expect(await ask({ op: 'memory.get', store: 'memora', id: '2' })).toBeNull();
});

test('reading changes nothing in the database', async () => {
  const path = memora(SOME);
  const hash = () => createHash('sha256').update(readFileSync(path)).digest('hex');
  const before = hash();
  await search({ query: 'billing' });
  expect(hash()).toBe(before);
});

test('what is no database, or another program’s, is told and left as it is', async () => {
  const { memora: path } = places();
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, 'not a database, for sure, and longer than a header of SQLite, which has 100 bytes'.repeat(4));
  const [broken] = MemoryStore.array().parse(await ask({ op: 'memory.stores' }));
  expect(broken?.standing).toMatchObject({ state: 'unreadable', message: expect.stringMatching(/not a database/) });
  await expect(search({})).rejects.toThrow(/not a database/);
});

test('a database that does not answer is given up', async () => {
  const command = ['sleep', '100'];
  await expect(ask({ op: 'memory.stores' }, { limitMs: 50, command })).rejects.toThrow('did not answer within');
});

const project = { name: 'billing', folder: '/code/billing', description: 'Charges' };
const context = async () => CtxContext.parse(await ask({ op: 'ctx.get', project }));

test('the ctx database is made, knows a project, and finds what was noted', async () => {
  expect((await context()).standing.state).toBe('missing');
  await ask({ op: 'ctx.create' });
  expect(await context()).toMatchObject({ standing: { state: 'ready' }, registeredAs: null, entries: [] });
  await ask({ op: 'ctx.register', project });
  const db = new Database(places().ctx);
  db.run(
    "INSERT INTO contexts (project, key, value) VALUES ('billing', 'rounding', 'half up'), ('other', 'style', 'half tabs')",
  );
  db.run("INSERT INTO shared (key, value) VALUES ('house', 'half timbered')");
  db.run("INSERT INTO summaries (project, summary) VALUES ('billing', 'Rounding was settled')");
  db.run("UPDATE contexts SET value = 'half even' WHERE key = 'rounding'");
  db.close();
  const { registeredAs, entries, shared, summaries } = await context();
  expect([registeredAs, entries, shared, summaries]).toMatchObject([
    'billing',
    [{ key: 'rounding', value: 'half even' }],
    [{ key: 'house' }],
    [{ summary: 'Rounding was settled' }],
  ]);
  const found = async (query: string) =>
    CtxFound.array()
      .parse(await ask({ op: 'ctx.search', query }))
      .map(({ project, key }) => `${project}/${key}`);
  expect((await found('half')).sort()).toEqual(['billing/rounding', 'null/house', 'other/style']);
  expect(await found('half up')).toEqual([]);
  expect(await found('" OR *')).toEqual([]);
});

test('making the database and registering again leave what is there', async () => {
  await ask({ op: 'ctx.register', project });
  const db = new Database(places().ctx);
  db.run("INSERT INTO contexts (project, key, value) VALUES ('billing', 'a', 'b')");
  db.close();
  await ask({ op: 'ctx.create' });
  await ask({ op: 'ctx.register', project: { ...project, folder: '/code/moved' } });
  expect(await context()).toMatchObject({ registeredAs: 'billing', entries: [{ key: 'a' }] });
});

test('tests have folders of their own', () => {
  const own = { AGOR_TEST: '1', AGOR_TEST_CTX_DIR: '/t/ctx', AGOR_TEST_MEMORA_DIR: '/t/memora' };
  expect(knowledgePlaces({ HOME: '/h' }, own)).toEqual({ memora: '/t/memora/memories.db', ctx: '/t/ctx/context.db' });
  expect(knowledgePlaces({ HOME: '/h' }, { ...own, AGOR_TEST: '0' }).ctx).toBe('/h/.claude-context/context.db');
});
