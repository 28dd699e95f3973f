import type { Candidates, ShardMatches } from './candidates.ts';
import type { IndexFile } from './index-file.ts';
import { SHARD_DOCS, shardOf, tableOf } from './store.ts';
import { matchOf, type Term } from './words.ts';

/** A word in more documents of a shard than this says little about any of them, and to count it costs as much as to find it. */
const FREQUENT = SHARD_DOCS / 32;
/** A document and its score: less is better. */
export type Scored = readonly [id: number, score: number];

/** By bm25 of these terms; the shortest first; or only the newest first. */
export type Way = { readonly by: 'bm25'; readonly match: string } | { readonly by: 'length' } | { readonly by: 'age' };
export interface Plan {
  readonly way: Way;
  /** How many places of its words are walked through in a shard, about. */
  readonly walked: number;
}
type Statement = ReturnType<IndexFile['db']['prepare']>;

/**
 * Scores what was found. FTS5's bm25 counts every match of every word of a query before the first score, so it is asked about the words that
 * decide: the rarer ones. What is in half of all messages hardly moves a score.
 */
export class Scoring {
  readonly #statements = new Map<string, Statement>();

  constructor(private readonly index: IndexFile) {}

  /** How to score what is found by these terms. */
  plan(terms: readonly Term[]): Plan {
    const rarest = terms.map((term) => ({ ...this.#rarestOf(term), whole: term.words.length === 1 }));
    const walked = rarest.reduce((sum, { places }) => sum + places, 0);
    const [only] = terms;
    if (terms.length === 1 && only?.prefix && [...only.words.join('')].length < 2)
      return { way: { by: 'age' }, walked: 0 };
    // A phrase is scored by its rarest word: to count the phrase would cost as much as to find it again.
    const rare = rarest.filter(({ often }) => often < FREQUENT);
    const whole = rarest.filter((one) => one.whole).sort((a, b) => a.often - b.often);
    const deciding = rare.length > 0 ? rare : whole.slice(0, 1);
    if (deciding.length === 0) return { way: { by: 'length' }, walked };
    const match = matchOf(deciding.map(({ term }) => term));
    // One word is found without walking through another's places.
    return { way: { by: 'bm25', match }, walked: terms.length === 1 && only?.words.length === 1 ? 0 : walked };
  }

  score({ shards }: Candidates, way: Way): Scored[] {
    return shards.flatMap((one) => this.#scoreShard(one, way));
  }

  warm(shard: number): void {
    this.#statement(shard, 'bm25').values('"a"', 0, 0, '[]');
  }

  #scoreShard({ shard, ids }: ShardMatches, way: Way): Scored[] {
    if (way.by === 'age') return ids.map((id) => [id, 0]);
    const wanted = JSON.stringify(ids);
    if (way.by === 'length')
      return this.#statement(shard, 'length')
        .values(wanted)
        .map(([id, size]) => [id as number, firstVarint(size as Uint8Array)]);
    const [last = 0, first = last] = [ids[0], ids.at(-1)];
    return this.#statement(shard, 'bm25').values(way.match, first, last, wanted) as [number, number][];
  }

  #rarestOf({ words, prefix }: Term): { term: Term; often: number; places: number } {
    const each = words.map((word, i) => ({ words: [word], prefix: prefix && i === words.length - 1 }));
    const counted = each.map((term) => ({ term, often: this.#often(term) })).sort((a, b) => a.often - b.often);
    const places = counted.reduce((sum, { often }) => sum + often, 0);
    return { term: { words, prefix }, often: 0, ...counted[0], places };
  }

  /** In how many documents of the newest full shard a word stands. */
  #often(term: Term): number {
    const shard = Math.max(0, shardOf(this.index.newestDoc + 1) - 1);
    if (this.index.newestDoc === 0) return 0;
    return (this.#statement(shard, 'count').values(matchOf([term]))[0]?.[0] as number | undefined) ?? 0;
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
      count: `SELECT count(*) FROM ${table} WHERE ${table} MATCH ?1`,
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
