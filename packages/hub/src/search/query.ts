import { SQLiteError } from 'bun:sqlite';
import type { SearchFilters, SearchQuery } from '@agor/protocol';
import { type DocRow, kindTag, roleTag } from './docs.ts';
import type { IndexFile } from './index-file.ts';
import { tableOf } from './store.ts';
import { matchOf, type Term, termsOf, termsOfExpression } from './words.ts';

/**
 * After so many matches were ranked, older shards are left out: a word that stands in every second message would cost
 * half a second otherwise, and of such a word the newest are wanted (decision 17).
 */
const MAX_RANKED = 8_000;
/** Against what no bound foresaw: beyond it the answer says that there may be more. */
const MAX_MS = 400;

/** What the hub knows and the index does not. */
export interface QueryContext {
  /** Projects and role agents of the groups that are filtered by. */
  readonly groupMembers: readonly string[];
  /** Groups that there are; of others nothing is found. */
  readonly groups: readonly string[];
}

export interface Ranked {
  readonly rows: readonly DocRow[];
  readonly terms: readonly Term[];
  /** Null: not all were looked at. */
  readonly total: number | null;
}
export interface Unreadable {
  readonly problem: string;
}

interface Shard {
  readonly n: number;
  readonly first_at: number;
  readonly last_at: number;
}
type Statement = ReturnType<IndexFile['db']['prepare']>;

/** Finds and ranks documents. Which ones: by bm25 within each shard, the newest shard first, the newer of two equal ones first. */
export class Ranking {
  readonly #statements = new Map<string, Statement>();

  constructor(private readonly index: IndexFile) {}

  find({ text, expression, filters, limit, offset }: SearchQuery, context: QueryContext): Ranked | Unreadable {
    const terms = expression ? termsOfExpression(text) : termsOf(text);
    const match = expression ? text.trim() : matchOf(terms);
    if (match === '') return { rows: [], terms, total: 0 };
    const problem = expression ? this.#problemOf(match) : null;
    if (problem !== null) return { problem };
    const tags = this.#tagsOf(filters, context);
    if (tags === null) return { rows: [], terms, total: 0 };
    const { scored, whole } = this.#rank(`text : (${match})${tags}`, filters);
    scored.sort((a, b) => a[1] - b[1] || b[0] - a[0]);
    const best = scored.slice(offset, offset + limit).map(([id]) => id);
    return { rows: this.#rows(best), terms, total: whole ? scored.length : null };
  }

  #rank(match: string, { since, until }: SearchFilters): { scored: [number, number][]; whole: boolean } {
    const scored: [number, number][] = [];
    const shards = this.index.db
      .query<Shard, []>('SELECT n, first_at, last_at FROM shards ORDER BY n DESC')
      .all()
      .filter((one) => one.last_at >= (since ?? -Infinity) && one.first_at < (until ?? Infinity));
    const deadline = performance.now() + MAX_MS;
    for (const [i, { n, first_at, last_at }] of shards.entries()) {
      const within = first_at >= (since ?? -Infinity) && last_at < (until ?? Infinity);
      const rows = within
        ? this.#statement(n, '').values(match)
        : this.#statement(n, 'JOIN docs d ON d.id = t.rowid AND d.at >= ?2 AND d.at < ?3').values(
            match,
            since ?? 0,
            until ?? Number.MAX_SAFE_INTEGER,
          );
      for (const row of rows) scored.push(row as [number, number]);
      const enough = scored.length >= MAX_RANKED || performance.now() > deadline;
      if (enough && i < shards.length - 1) return { scored, whole: false };
    }
    return { scored, whole: true };
  }

  #statement(n: number, join: string): Statement {
    const key = `${n}${join}`;
    const known = this.#statements.get(key);
    if (known) return known;
    const table = tableOf(n);
    // Tags weigh nothing: they only decide what matches.
    const made = this.index.db.prepare(
      `SELECT t.rowid, bm25(${table}, 1.0, 0.0) FROM ${table} t ${join} WHERE ${table} MATCH ?1`,
    );
    this.#statements.set(key, made);
    return made;
  }

  #rows(ids: readonly number[]): DocRow[] {
    const found = this.index.db
      .query<DocRow, [string]>('SELECT * FROM docs WHERE id IN (SELECT value FROM json_each(?))')
      .all(JSON.stringify(ids));
    const byId = new Map(found.map((row) => [row.id, row]));
    return ids.flatMap((id) => byId.get(id) ?? []);
  }

  /** Terms that every document found must have; null when none can have them. */
  #tagsOf(filters: SearchFilters, { groupMembers, groups }: QueryContext): string | null {
    const { kinds = [], roles = [], projectIds = [], groupIds = [], providers = [], sessionIds = [] } = filters;
    const keys = (k: string, values: readonly string[]) =>
      values.flatMap((value) => {
        const key = this.index.findKey(k, value);
        return key === undefined ? [] : [`${k}${key}`];
      });
    const wanted: [readonly unknown[], string[]][] = [
      [kinds, kinds.map(kindTag)],
      [roles, roles.map(roleTag)],
      [projectIds, keys('p', projectIds)],
      [groupIds, [...keys('g', groupIds), ...keys('p', groupMembers)]],
      [providers, keys('v', providers)],
      [sessionIds, keys('s', sessionIds)],
    ];
    let match = '';
    for (const [asked, tags] of wanted) {
      if (asked.length === 0) continue;
      if (tags.length === 0) return null;
      match += ` AND tags : (${tags.join(' OR ')})`;
    }
    const gone = this.#groupsBut(groups);
    return gone.length === 0 ? match : `${match} NOT tags : (${gone.join(' OR ')})`;
  }

  #groupsBut(groups: readonly string[]): string[] {
    const live = new Set(groups);
    return this.index.db
      .query<{ key: number; value: string }, []>("SELECT key, value FROM names WHERE k = 'g'")
      .all()
      .flatMap(({ key, value }) => (live.has(value) ? [] : [`g${key}`]));
  }

  #problemOf(match: string): string | null {
    try {
      this.index.db.query('SELECT 1 FROM probe WHERE probe MATCH ?').all(match);
      return null;
    } catch (error) {
      if (error instanceof SQLiteError) return problemWords(error.message);
      throw error;
    }
  }
}

/** SQLite's words for the person. */
function problemWords(message: string): string {
  const near = /syntax error near "(.*)"/s.exec(message)?.[1];
  if (near !== undefined)
    return near === '' ? 'The expression is not complete.' : `The expression cannot be read from "${near}" on.`;
  if (/unterminated string/.test(message)) return 'A quotation mark is not closed.';
  const column = /no such column: (.*)/s.exec(message)?.[1];
  if (column !== undefined) return `There is no field "${column}". Put text with a colon, dash or dot into quotes.`;
  return `The expression cannot be read: ${message.replace(/^fts5: /, '')}.`;
}
