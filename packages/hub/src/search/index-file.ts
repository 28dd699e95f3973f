import { MAX_INDEXED_CHARS } from '@agor/protocol';
import { checkpoint, type Database } from '@agor/runtime';
import { DOC_KINDS, DOC_ROLES, type Doc, kindTag, roleTag, searchKind, TAG_MARK } from './docs.ts';
import { bytesOf, createShard, openStore, shardOf, tableOf } from './store.ts';

/** The index on the disk: what is written together is within one `write`. */
export class IndexFile implements Disposable {
  readonly db: Database;
  readonly #statements;
  readonly #inserts = new Map<number, ReturnType<Database['prepare']>>();
  readonly #removes = new Map<number, ReturnType<Database['prepare']>>();
  readonly #keys = new Map<string, number>();

  constructor(readonly path: string) {
    const db = openStore(path);
    this.db = db;
    this.#statements = {
      insert: db.prepare<
        { id: number },
        [number, number, number | null, number, number, number, string | null, string | null]
      >('INSERT INTO docs (kind, role, owner, seq, at, cut, ref, part) VALUES (?, ?, ?, ?, ?, ?, ?, ?) RETURNING id'),
      remove: db.prepare<unknown, [number]>('DELETE FROM docs WHERE id = ?'),
      shard: db.prepare<{ n: number }, [number]>('SELECT n FROM shards WHERE n = ?'),
      span: db.prepare<unknown, [number, number]>(
        'UPDATE shards SET first_at = min(first_at, ?2), last_at = max(last_at, ?2) WHERE n = ?1',
      ),
      key: db.prepare<{ key: number }, [string, string]>('SELECT key FROM names WHERE k = ? AND value = ?'),
      name: db.prepare<{ key: number }, [string, string]>('INSERT INTO names (k, value) VALUES (?, ?) RETURNING key'),
      ofRef: db.prepare<{ id: number }, [string]>('SELECT id FROM docs WHERE ref = ?'),
      unmerged: db.prepare<{ n: number }, []>(
        'SELECT n FROM shards WHERE merged = 0 AND n < (SELECT max(n) FROM shards) ORDER BY n DESC LIMIT 1',
      ),
      merged: db.prepare<unknown, [number]>('UPDATE shards SET merged = 1 WHERE n = ?'),
    };
  }

  [Symbol.dispose](): void {
    this.db.close();
  }

  get bytes(): number {
    return bytesOf(this.path);
  }

  get documents(): number {
    return this.db.query<{ n: number }, []>('SELECT count(*) AS n FROM docs').get()?.n ?? 0;
  }

  /** 0 when there is none. */
  get newestDoc(): number {
    return this.db.query<{ id: number | null }, []>('SELECT max(id) AS id FROM docs').get()?.id ?? 0;
  }

  /** All of it is written, or nothing. */
  write<T>(fn: () => T): T {
    try {
      return this.db.transaction(fn).immediate();
    } catch (error) {
      // What was made within it is no more.
      this.#keys.clear();
      this.#inserts.clear();
      this.#removes.clear();
      throw error;
    }
  }

  /** The short name of a session, project, group or provider. Only within `write`. */
  key(k: string, value: string): number {
    const known = this.#keys.get(k + value) ?? this.findKey(k, value) ?? this.#statements.name.get(k, value)?.key;
    if (known === undefined) throw new Error(`no key for ${k} ${value}`);
    if (this.#keys.size > 10_000) this.#keys.clear();
    this.#keys.set(k + value, known);
    return known;
  }

  findKey(k: string, value: string): number | undefined {
    return this.#statements.key.get(k, value)?.key;
  }

  add(doc: Doc, cut: boolean): void {
    const { kind, role, owner, seq, at, ref = null, part = null } = doc;
    const row = [DOC_KINDS.indexOf(kind), DOC_ROLES.indexOf(role), owner, seq, at, cut ? 1 : 0, ref, part] as const;
    const { id } = this.#statements.insert.get(...row) ?? { id: 0 };
    const shard = shardOf(id);
    if (!this.#inserts.has(shard)) this.#openShard(shard, at);
    else this.#statements.span.run(shard, at);
    const tags = [kindTag(searchKind(kind)), roleTag(role), ...doc.tags].map((tag) => TAG_MARK + tag).join(' ');
    this.#inserts.get(shard)?.run(id, doc.text.slice(0, MAX_INDEXED_CHARS).replaceAll(TAG_MARK, ' '), tags);
  }

  remove(id: number): void {
    const shard = shardOf(id);
    const known = this.#removes.get(shard);
    const remove = known ?? this.db.prepare(`DELETE FROM ${tableOf(shard)} WHERE rowid = ?`);
    if (!known) this.#removes.set(shard, remove);
    remove.run(id);
    this.#statements.remove.run(id);
  }

  removeRef(ref: string): void {
    for (const { id } of this.#statements.ofRef.all(ref)) this.remove(id);
  }

  /** Brings a full shard a step nearer to one list a word, by which it is searched fastest. False when all are so. */
  mergeSome(): boolean {
    const n = this.#statements.unmerged.get()?.n;
    if (n === undefined) return false;
    this.write(() => {
      const before = this.#changes();
      // Negative: also lists that automerge would leave; pages.
      this.db.run(`INSERT INTO ${tableOf(n)} (${tableOf(n)}, rank) VALUES ('merge', -64)`);
      // One change is the statement's own: nothing was left to merge.
      if (this.#changes() - before < 2) this.#statements.merged.run(n);
    });
    return true;
  }

  /** After much was written: the write-ahead log goes into the file. */
  settle(): void {
    checkpoint(this.db);
  }

  #changes(): number {
    return this.db.query<{ n: number }, []>('SELECT total_changes() AS n').get()?.n ?? 0;
  }

  #openShard(shard: number, at: number): void {
    if (!this.#statements.shard.get(shard)) createShard(this.db, shard, at);
    // Only the last one or two are written to.
    this.#inserts.clear();
    this.#inserts.set(shard, this.db.prepare(`INSERT INTO ${tableOf(shard)} (rowid, text, tags) VALUES (?, ?, ?)`));
    this.#statements.span.run(shard, at);
  }
}
