import type { SessionId } from '@agor/protocol';
import type { Entry } from './types.ts';

/** States kept in memory; others are read from their snapshot again. */
const MAX_CACHED_STATES = 512;

/** The states that were used last. One that the running transaction changed stays until its commit. */
export class StateCache {
  readonly #entries = new Map<SessionId, Entry>();

  constructor(private readonly mustStay: (id: SessionId) => boolean) {}

  get(id: SessionId): Entry | undefined {
    return this.#entries.get(id);
  }

  set(id: SessionId, entry: Entry): void {
    this.#entries.set(id, entry);
    if (this.#entries.size <= MAX_CACHED_STATES) return;
    for (const oldest of this.#entries.keys()) {
      if (oldest === id || this.mustStay(oldest)) continue;
      this.#entries.delete(oldest);
      return;
    }
  }

  delete(id: SessionId): void {
    this.#entries.delete(id);
  }
}
