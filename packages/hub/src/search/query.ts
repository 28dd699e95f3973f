import { SQLiteError } from 'bun:sqlite';
import type { SearchFilters, SearchQuery } from '@agor/protocol';
import { Newest } from './candidates.ts';
import { type DocRow, kindTag, roleTag, TAG_MARK } from './docs.ts';
import type { IndexFile } from './index-file.ts';
import { type Plan, Scoring } from './scoring.ts';
import { matchOf, type Term, termsOf, termsOfExpression } from './words.ts';

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
  /** Those before this one were not looked at. */
  readonly before: number | null;
}
export interface Unreadable {
  readonly problem: string;
}

/** Finds and ranks documents: of the newest that match the best first, and of equally good ones the newer. */
export class Ranking {
  readonly #newest: Newest;
  readonly #scoring: Scoring;

  constructor(private readonly index: IndexFile) {
    this.#newest = new Newest(index);
    this.#scoring = new Scoring(index);
  }

  find({ text, expression, filters, limit, offset, before }: SearchQuery, context: QueryContext): Ranked | Unreadable {
    const terms = expression ? termsOfExpression(text) : termsOf(text);
    const match = expression ? text.trim() : matchOf(terms);
    if (match === '') return { rows: [], terms, total: 0, before: null };
    const problem = expression ? this.#problemOf(match) : null;
    if (problem !== null) return { problem };
    const tags = this.#tagsOf(filters, context);
    if (tags === null) return { rows: [], terms, total: 0, before: null };
    // Of what a person writes as an expression nothing reaches the tags.
    const within = expression ? `text : (${match})` : `(${match})`;
    const { way, walked }: Plan = expression
      ? { way: { by: 'bm25', match: within }, walked: 0 }
      : this.#scoring.plan(terms);
    const found = this.#newest.find(`${within}${tags}`, filters, {
      walked: isNarrow(filters) ? 0 : walked,
      before: before === undefined ? Number.MAX_SAFE_INTEGER : Number(before),
    });
    const scored = this.#scoring.score(found, way);
    scored.sort((a, b) => a[1] - b[1] || b[0] - a[0]);
    const best = scored.slice(offset, offset + limit).map(([id]) => id);
    return { rows: this.#rows(best), terms, total: found.before === null ? found.count : null, before: found.before };
  }

  /** Opens one shard after the other, the newest first; a step for each. */
  *warm(): Generator<void> {
    const shards = this.index.db.query<{ n: number }, []>('SELECT n FROM shards ORDER BY n DESC').all();
    for (const { n } of shards) {
      this.#newest.warm(n);
      this.#scoring.warm(n);
      yield;
    }
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
      match += ` AND (${marked(tags)})`;
    }
    const gone = this.#groupsBut(groups);
    return gone.length === 0 ? match : `${match} NOT (${marked(gone)})`;
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

/** Of one session, or a project's, there are so few that little is walked through for them. */
const isNarrow = ({ sessionIds = [], projectIds = [], groupIds = [] }: SearchFilters): boolean =>
  sessionIds.length + projectIds.length + groupIds.length > 0;

const marked = (tags: readonly string[]): string => tags.map((tag) => `"${TAG_MARK}${tag}"`).join(' OR ');

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
