import type { SearchFilters } from '@agor/protocol';
import type { IndexFile } from './index-file.ts';
import { tableOf } from './store.ts';

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
  /** False: there may be older ones. */
  readonly whole: boolean;
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

  /** @param walked places of the words asked for, in a shard as they are commonly */
  find(match: string, { since = -Infinity, until = Infinity }: SearchFilters, walked = 0): Candidates {
    const spans = this.index.db
      .query<Shard, []>('SELECT n, first_at, last_at FROM shards ORDER BY n DESC')
      .all()
      .filter(({ first_at, last_at }) => last_at >= since && first_at < until);
    const deadline = performance.now() + MAX_MS;
    const shards: ShardMatches[] = [];
    let count = 0;
    for (const [i, { n: shard, first_at, last_at }] of spans.entries()) {
      const enough = count >= (i * walked > MAX_WALKED ? ENOUGH : MAX_RANKED);
      if (enough || performance.now() > deadline) return { shards, count, whole: false };
      const within = first_at >= since && last_at < until;
      // One more than is ranked, to know whether that was all.
      const limit = MAX_RANKED + 1 - count;
      const rows = within
        ? this.#statement(shard, '').values(match, limit)
        : this.#statement(shard, 'JOIN docs d ON d.id = t.rowid AND d.at >= ?3 AND d.at < ?4').values(
            match,
            limit,
            Math.max(since, 0),
            Math.min(until, Number.MAX_SAFE_INTEGER),
          );
      const whole = rows.length < limit;
      const ids = rows.slice(0, limit - 1).map(([id]) => id as number);
      if (ids.length > 0) shards.push({ shard, ids });
      count += ids.length;
      if (!whole) return { shards, count, whole: false };
    }
    return { shards, count, whole: true };
  }

  /** Opens a shard, so that the first question need not open them all. */
  warm(shard: number): void {
    this.#statement(shard, '').values('"a"', 1);
  }

  #statement(n: number, join: string): Statement {
    const key = `${n}${join}`;
    const known = this.#statements.get(key);
    if (known) return known;
    const table = tableOf(n);
    const made = this.index.db.prepare(
      `SELECT t.rowid FROM ${table} t ${join} WHERE ${table} MATCH ?1 ORDER BY t.rowid DESC LIMIT ?2`,
    );
    this.#statements.set(key, made);
    return made;
  }
}
