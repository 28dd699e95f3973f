import type { SearchFilters } from '@agor/protocol';
import type { IndexFile } from './index-file.ts';
import { firstOf, shardOf, tableOf } from './store.ts';

/**
 * So many of the newest matches are ranked; of a word that has more, the newest are wanted. To find one costs some 0.1 µs, to rank one up to
 * 2 µs (decision 17).
 */
export const MAX_RANKED = 4_000;
/**
 * Words that stand in many messages are walked through for 30 ns a place. After so many places, what was found is enough if it is `ENOUGH`: a
 * phrase of two usual words would take twice as long otherwise, and of such a phrase the newest are wanted too.
 */
const MAX_WALKED = 400_000;
const ENOUGH = 200;
/** Against what no bound foresaw: beyond it the answer says that there may be more. */
const MAX_MS = 400;

/** Matches of one shard, the newest first. */
export interface ShardMatches {
  readonly shard: number;
  readonly ids: readonly number[];
}

export interface Candidates {
  readonly shards: readonly ShardMatches[];
  readonly count: number;
  /** Null: that is all. Else there may be more among the documents before this one. */
  readonly before: number | null;
}

export interface Bounds {
  /** Places of the words asked for that are walked through in a shard, as they are commonly. */
  readonly walked: number;
  /** Only documents before this one. */
  readonly before: number;
}

interface Shard {
  readonly n: number;
  readonly first_at: number;
  readonly last_at: number;
}
type Statement = ReturnType<IndexFile['db']['prepare']>;

/** Finds what matches, the newest shard first and in it the newest document, without ranking it. */
export class Newest {
  readonly #statements = new Map<string, Statement>();

  constructor(private readonly index: IndexFile) {}

  find(match: string, { since = -Infinity, until = Infinity }: SearchFilters, { walked, before }: Bounds): Candidates {
    const spans = this.index.db
      .query<Shard, [number]>('SELECT n, first_at, last_at FROM shards WHERE n <= ? ORDER BY n DESC')
      .all(shardOf(before - 1))
      .filter(({ first_at, last_at }) => last_at >= since && first_at < until);
    const deadline = performance.now() + MAX_MS;
    const shards: ShardMatches[] = [];
    let count = 0;
    for (const [i, { n: shard, first_at, last_at }] of spans.entries()) {
      const enough = count >= (i * walked > MAX_WALKED ? ENOUGH : MAX_RANKED);
      if (enough || performance.now() > deadline) return { shards, count, before: firstOf(shard + 1) };
      const within = first_at >= since && last_at < until;
      // One more than is ranked, to know whether that was all.
      const limit = MAX_RANKED + 1 - count;
      const rows = within
        ? this.#statement(shard, '').values(match, limit, before)
        : this.#statement(shard, 'JOIN docs d ON d.id = t.rowid AND d.at >= ?4 AND d.at < ?5').values(
            match,
            limit,
            before,
            Math.max(since, 0),
            Math.min(until, Number.MAX_SAFE_INTEGER),
          );
      const ids = rows.slice(0, limit - 1).map(([id]) => id as number);
      if (ids.length > 0) shards.push({ shard, ids });
      count += ids.length;
      if (rows.length === limit) return { shards, count, before: ids.at(-1) ?? before };
    }
    return { shards, count, before: null };
  }

  /** Opens a shard, so that the first question need not open them all. */
  warm(shard: number): void {
    this.#statement(shard, '').values('"a"', 1, 0);
  }

  #statement(n: number, join: string): Statement {
    const key = `${n}${join}`;
    const known = this.#statements.get(key);
    if (known) return known;
    const table = tableOf(n);
    const made = this.index.db.prepare(
      `SELECT t.rowid FROM ${table} t ${join} WHERE ${table} MATCH ?1 AND t.rowid < ?3 ORDER BY t.rowid DESC LIMIT ?2`,
    );
    this.#statements.set(key, made);
    return made;
  }
}
