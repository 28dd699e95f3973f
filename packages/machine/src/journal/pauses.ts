import type { SessionId } from '@agor/protocol';
import { RESUME_AT } from './limits.ts';
import type { JournalWrite } from './pending.ts';

interface Pause {
  readonly done: Promise<void>;
  readonly release: () => void;
  /** Held by someone else than the journal's bounds; only they end it. */
  readonly held: boolean;
}

export interface PauseDeps {
  /** Why there is no room at `share` of the bounds; null when there is. */
  readonly full: (sessionId: SessionId, share: number) => string | null;
  readonly append: (write: JournalWrite) => void;
}

/** Which sessions wait because nothing more can be kept. At most one entry per live runner. */
export class Pauses {
  readonly #paused = new Map<SessionId, Pause>();

  constructor(private readonly deps: PauseDeps) {}

  get any(): boolean {
    return this.#paused.size > 0;
  }

  has(sessionId: SessionId): boolean {
    return this.#paused.has(sessionId);
  }

  /** What a reader has to wait for, or null. */
  wait(sessionId: SessionId): Promise<void> | null {
    const pause = this.#paused.get(sessionId);
    if (pause) return pause.done;
    const reason = this.deps.full(sessionId, 1);
    return reason === null ? null : this.#begin(sessionId, reason, false).done;
  }

  /** Pauses a session for a reason of the caller's, who ends it with `release`. */
  hold(sessionId: SessionId, reason: string): void {
    if (!this.#paused.has(sessionId)) this.#begin(sessionId, reason, true);
  }

  release(sessionId: SessionId): void {
    if (this.#paused.get(sessionId)?.held) this.#end(sessionId);
  }

  /** Room was made: lets those go on that have enough of it. */
  check(): void {
    for (const [sessionId, pause] of this.#paused) {
      if (!pause.held && this.deps.full(sessionId, RESUME_AT) === null) this.#end(sessionId);
    }
  }

  /** At the end of the machine: nobody waits on, nothing is said. */
  releaseAll(): void {
    for (const pause of this.#paused.values()) pause.release();
    this.#paused.clear();
  }

  #begin(sessionId: SessionId, reason: string, held: boolean): Pause {
    const { promise, resolve } = Promise.withResolvers<void>();
    const pause = { done: promise, release: resolve, held };
    this.#paused.set(sessionId, pause);
    this.deps.append({ sessionId, event: { kind: 'paused', sessionId, reason } });
    return pause;
  }

  #end(sessionId: SessionId): void {
    const pause = this.#paused.get(sessionId);
    this.#paused.delete(sessionId);
    this.deps.append({ sessionId, event: { kind: 'resumed', sessionId } });
    pause?.release();
  }
}
