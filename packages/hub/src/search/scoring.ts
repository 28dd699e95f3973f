import type { Candidates, ShardMatches } from './candidates.ts';
import type { IndexFile } from './index-file.ts';
import { SHARD_DOCS, shardOf, tableOf } from './store.ts';
import { matchOf, type Term } from './words.ts';

/** A word in more documents of a shard than this says little about any of them, and to count it costs as much as to find it. */
const FREQUENT = SHARD_DOCS / 8;
/** To count a phrase costs as much as to find it again, unless one of its words is as rare as this. */
const RARE = SHARD_DOCS / 128;

/** A document and its score: less is better. */
export type Scored = readonly [id: number, score: number];

/** By bm25 of these terms; the shortest first; or only the newest first. */
type Way = { readonly by: 'bm25'; readonly match: string } | { readonly by: 'length' } | { readonly by: 'age' };
type Statement = ReturnType<IndexFile['db']['prepare']>;

/**
 * Scores what was found. FTS5's bm25 counts every match of every word of a query before the first score, so it is asked about the words that
 * decide: the rarer ones. What is in half of all messages hardly moves a score.
 */
export class Scoring {
  readonly #statements = new Map<string, Statement>();

  constructor(private readonly index: IndexFile) {}

  /** @param match what was asked, without filters */
  score(match: string, terms: readonly Term[] | null, { shards }: Candidates): Scored[] {
    const way: Way = terms === null ? { by: 'bm25', match } : this.#way(terms);
    return shards.flatMap((one) => this.#scoreShard(one, way));
  }

  #scoreShard({ shard, ids }: ShardMatches, way: Way): Scored[] {
    if (way.by === 'age') return ids.map((id) => [id, 0]);
    const wanted = JSON.stringify(ids);
    if (way.by === 'length')
      return this.#statement(shard, 'length')
        .values(wanted)
        .map(([id, size]) => [id as number, firstVarint(size as Uint8Array)]);
    const [last = 0, first = last] = [ids[0], ids.at(-1)];
    return this.#statement(shard, 'bm25').values(`text : (${way.match})`, first, last, wanted) as [number, number][];
  }

  #way(terms: readonly Term[]): Way {
    const telling = terms.filter(
      ({ words, prefix }) => !(prefix && words.length === 1 && [...(words[0] ?? '')].length < 2),
    );
    const [only] = telling;
    if (!only) return { by: 'age' };
    if (telling.length === 1 && only.words.length === 1) return { by: 'bm25', match: matchOf(telling) };
    const counted = telling.map((term) => ({ term, often: this.#often(term) }));
    const words = counted
      .filter(({ term, often }) => term.words.length === 1 || often < RARE)
      .sort((a, b) => a.often - b.often);
    const rare = words.filter(({ often }) => often < FREQUENT);
    const best = rare.length > 0 ? rare : words.slice(0, 1);
    if (best.length === 0) return { by: 'length' };
    return { by: 'bm25', match: matchOf(best.map(({ term }) => term)) };
  }

  /** In how many documents of the newest full shard a term's rarest word stands, counted up to `FREQUENT`. */
  #often({ words, prefix }: Term): number {
    const newest = this.index.newestDoc;
    const shard = Math.max(0, shardOf(newest + 1) - 1);
    const count = this.#statement(shard, 'count');
    return Math.min(
      ...words.map((word, i) => {
        const match = matchOf([{ words: [word], prefix: prefix && i === words.length - 1 }]);
        return count.values(`text : (${match})`, FREQUENT)[0]?.[0] as number;
      }),
    );
  }

  #statement(n: number, what: 'bm25' | 'length' | 'count'): Statement {
    const key = `${what}${n}`;
    const known = this.#statements.get(key);
    if (known) return known;
    const table = tableOf(n);
    const wanted = 'IN (SELECT value FROM json_each(?';
    const sql = {
      // Tags weigh nothing: they only decide what matches.
      bm25: `SELECT t.rowid, bm25(${table}, 1.0, 0.0) FROM ${table} t
              WHERE ${table} MATCH ?1 AND t.rowid BETWEEN ?2 AND ?3 AND +t.rowid ${wanted}4))`,
      length: `SELECT id, sz FROM ${table}_docsize WHERE id ${wanted}1))`,
      count: `SELECT count(*) FROM (SELECT 1 FROM ${table} WHERE ${table} MATCH ?1 LIMIT ?2)`,
    }[what];
    const made = this.index.db.prepare(sql);
    this.#statements.set(key, made);
    return made;
  }
}

/** FTS5 keeps the number of words of each column of a document as a row of variable-length numbers: that of the text comes first. */
function firstVarint(bytes: Uint8Array): number {
  let value = 0;
  for (const byte of bytes) {
    value = value * 128 + (byte & 0x7f);
    if (byte < 0x80) break;
  }
  return value;
}
