import type { SessionId } from '@agor/protocol';
import type { HubClient } from './client.ts';
import { SessionFollower } from './follower.svelte.ts';

/** Followers that nobody looks at and that are kept for a quick way back. The one unused longest is ended first. */
const KEPT_UNUSED = 4;

/** The agent sessions that this window follows. Fed by the event stream; asks the hub, never guesses. */
export class AgentsStore implements Disposable {
  readonly #followers = new Map<SessionId, { follower: SessionFollower; users: number }>();

  constructor(private readonly client: HubClient) {}

  /** Follows a session; several may follow the same one. The caller disposes of what it was given. */
  follow(id: SessionId): Disposable & { readonly session: SessionFollower } {
    const kept = this.#followers.get(id);
    const entry = kept ?? { follower: new SessionFollower(id, this.client), users: 0 };
    entry.users += 1;
    this.#followers.delete(id);
    this.#followers.set(id, entry);
    let ended = false;
    return {
      session: entry.follower,
      [Symbol.dispose]: () => {
        if (ended) return;
        ended = true;
        entry.users -= 1;
        this.#endUnused();
      },
    };
  }

  [Symbol.dispose](): void {
    for (const { follower } of this.#followers.values()) follower[Symbol.dispose]();
    this.#followers.clear();
  }

  #endUnused(): void {
    const unused = [...this.#followers].filter(([, entry]) => entry.users === 0);
    for (const [id, { follower }] of unused.slice(0, Math.max(0, unused.length - KEPT_UNUSED))) {
      follower[Symbol.dispose]();
      this.#followers.delete(id);
    }
  }
}
