import { MEMORY_EXCERPT_CHARS, type MemoryNode, type MemoryPage, type MemoryTag } from '@agor/protocol';
import type { Database } from '@agor/runtime';
import { z } from 'zod';
import type { MemoryAdapter, MemoryFilter } from './memory-adapter.ts';
import { ftsQuery, namesIn, reading, standingOf } from './read-database.ts';

const TABLES = ['memories'];
const MAX_CONTENT_CHARS = 1024 * 1024;
const MAX_METADATA_CHARS = 64 * 1024;
const MAX_TAGS = 100;
/** Tags are counted in so many of the newest memories. */
const TAGS_OF = 20_000;

interface Row {
  readonly id: string;
  readonly content: string;
  readonly length: number;
  readonly tags: string | null;
  readonly metadata: string | null;
  readonly created_at: string | null;
  readonly updated_at: string | null;
}
type Value = string | number;

/** Memora (an MCP server that keeps what agents note): `memories`, and `memories_fts` with the same row ids. */
export class Memora implements MemoryAdapter {
  readonly name = 'memora';
  readonly label = 'Memora';
  readonly about =
    'Memora is an MCP server with which agents note what they should remember, across sessions and projects.';

  constructor(private readonly path: string) {}

  available() {
    return standingOf(this.path, TABLES);
  }

  tags(): MemoryTag[] {
    return this.#read((db) =>
      db
        .query<MemoryTag, [number, number]>(
          `SELECT CAST(value AS TEXT) AS tag, count(*) AS count FROM
           (SELECT ${SAFE_TAGS} AS tags FROM memories m ORDER BY id DESC LIMIT ?), json_each(tags)
           GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT ?`,
        )
        .all(TAGS_OF, MAX_TAGS),
    );
  }

  list(filter: MemoryFilter): MemoryPage {
    return this.#read((db) => page(db, 'memories m', [], 'm.created_at DESC, m.id DESC', filter));
  }

  search(text: string, filter: MemoryFilter): MemoryPage {
    const query = ftsQuery(text);
    if (query === null) return { nodes: [], total: 0 };
    return this.#read((db) => {
      if (!namesIn(db).has('memories_fts')) {
        const like: Condition = {
          sql: "m.content LIKE ? ESCAPE '\\'",
          values: [`%${text.replace(/[\\%_]/g, '\\$&')}%`],
        };
        return page(db, 'memories m', [like], 'm.created_at DESC, m.id DESC', filter);
      }
      const matches: Condition = { sql: 'memories_fts MATCH ?', values: [query] };
      return page(
        db,
        'memories_fts JOIN memories m ON m.id = memories_fts.rowid',
        [matches],
        'rank, m.id DESC',
        filter,
      );
    });
  }

  get(id: string): MemoryNode | null {
    return this.#read((db) => {
      const sql = `SELECT ${columns(db, MAX_CONTENT_CHARS)} FROM memories m WHERE CAST(m.id AS TEXT) = ?`;
      const row = db.query<Row, [string]>(sql).get(id);
      return row && nodeOf(row);
    });
  }

  #read<T>(read: (db: Database) => T): T {
    return reading(this.path, TABLES, read);
  }
}

interface Condition {
  readonly sql: string;
  readonly values: readonly Value[];
}

/** Tags that are no JSON are none. */
const SAFE_TAGS = "CASE WHEN json_valid(m.tags) THEN m.tags ELSE '[]' END";

function page(
  db: Database,
  from: string,
  conditions: readonly Condition[],
  order: string,
  { tags, limit, offset }: MemoryFilter,
): MemoryPage {
  const anyTag: Condition = {
    sql: `EXISTS (SELECT 1 FROM json_each(${SAFE_TAGS}) WHERE value IN (SELECT value FROM json_each(?)))`,
    values: [JSON.stringify(tags)],
  };
  const all = tags.length > 0 ? [...conditions, anyTag] : conditions;
  const where = all.length > 0 ? `WHERE ${all.map(({ sql }) => sql).join(' AND ')}` : '';
  const values = all.flatMap((condition) => condition.values);
  const counted = db.query<{ total: number }, Value[]>(`SELECT count(*) AS total FROM ${from} ${where}`).get(...values);
  const sql = `SELECT ${columns(db, MEMORY_EXCERPT_CHARS)} FROM ${from} ${where} ORDER BY ${order} LIMIT ? OFFSET ?`;
  const rows = db.query<Row, Value[]>(sql).all(...values, limit, offset);
  return { nodes: rows.map(nodeOf), total: counted?.total ?? 0 };
}

/** Older databases of Memora's have fewer columns. */
function columns(db: Database, maxChars: number): string {
  const has = new Set(
    db
      .query<{ name: string }, []>('PRAGMA table_info(memories)')
      .all()
      .map(({ name }) => name),
  );
  const text = (name: string, max: number) =>
    has.has(name) ? `substr(CAST(m.${name} AS TEXT), 1, ${max}) AS ${name}` : `NULL AS ${name}`;
  return [
    'CAST(m.id AS TEXT) AS id',
    `substr(CAST(m.content AS TEXT), 1, ${maxChars}) AS content`,
    'length(CAST(m.content AS TEXT)) AS length',
    text('tags', MAX_METADATA_CHARS),
    text('metadata', MAX_METADATA_CHARS),
    text('created_at', 100),
    text('updated_at', 100),
  ].join(', ');
}

const Tags = z.array(z.coerce.string());

function nodeOf({ id, content, length, tags, metadata, created_at, updated_at }: Row): MemoryNode {
  return {
    id,
    content: content ?? '',
    // SQLite counts characters, JavaScript code units: more units than characters is no cut.
    isCut: length > [...(content ?? '')].length,
    tags: readTags(tags),
    metadata: metadata && metadata !== '{}' && metadata !== 'null' ? metadata : null,
    createdAt: created_at,
    updatedAt: updated_at,
  };
}

function readTags(tags: string | null): string[] {
  try {
    return Tags.catch([])
      .parse(JSON.parse(tags ?? '[]'))
      .slice(0, MAX_TAGS);
  } catch {
    return []; // no JSON: the store's program wrote something else there
  }
}
