import type { SessionId } from '@agor/protocol';
import type { Adapter, AdapterMemory } from '@agor/providers';
import type { HubDatabase } from '../../database/index.ts';

/** Sessions whose adapter memory is kept at hand; others are read again. */
const MAX_CACHED = 512;

/** What each session's adapter remembers, committed together with the messages that it made. */
export class AdapterMemories {
  readonly #cache = new Map<SessionId, AdapterMemory>();
  readonly #dirty = new Set<SessionId>();
  readonly #get;
  readonly #set;

  constructor(db: HubDatabase) {
    this.#get = db.raw.prepare<{ json: string }, [string]>('SELECT json FROM adapter_memory WHERE session_id = ?');
    this.#set = db.raw.prepare<unknown, [string, string]>(
      `INSERT INTO adapter_memory (session_id, json) VALUES (?, ?)
       ON CONFLICT DO UPDATE SET json = excluded.json`,
    );
  }

  get(id: SessionId, adapter: Adapter): AdapterMemory {
    const cached = this.#cache.get(id);
    if (cached) return cached;
    const row = this.#get.get(id);
    const memory = row ? (JSON.parse(row.json) as AdapterMemory) : adapter.initial();
    this.#cache.set(id, memory);
    return memory;
  }

  set(id: SessionId, memory: AdapterMemory): void {
    if (this.#cache.get(id) === memory) return;
    this.#cache.set(id, memory);
    this.#dirty.add(id);
  }

  /** Writes what changed, once a session. Within the transaction of the messages. */
  flush(): void {
    for (const id of this.#dirty) this.#set.run(id, JSON.stringify(this.#cache.get(id)));
    this.#dirty.clear();
    for (const id of this.#cache.keys()) {
      if (this.#cache.size <= MAX_CACHED) return;
      this.#cache.delete(id);
    }
  }

  /** The transaction failed: what is in memory was never written. */
  forget(): void {
    this.#cache.clear();
    this.#dirty.clear();
  }
}
