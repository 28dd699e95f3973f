import type { OpenBlock, SessionId } from '@agor/protocol';
import type { Clock } from '@agor/runtime';
import { OpenBlocks } from '@agor/session';
import type { EventLog, LogItem } from './event-log.ts';

/** Someone who follows one session. */
export interface LiveFollower {
  push(items: readonly LogItem[]): void;
  /** The open blocks are others than the deltas so far would make: send them anew. */
  blocksChanged(): void;
}

/** The part of all sessions that is not in the log: open blocks, and who follows. */
export class LiveSessions {
  readonly #blocks = new Map<SessionId, OpenBlocks>();
  readonly #followers = new Map<SessionId, Set<LiveFollower>>();

  readonly #heard = new Map<SessionId, number>();

  constructor(
    log: EventLog,
    private readonly clock: Clock,
  ) {
    log.onItems((sessionId, items) => this.#take(sessionId, items));
  }

  /** When a piece of an open block last came, in ms since the epoch; null when none is open. */
  heardAt(sessionId: SessionId): number | null {
    return this.#heard.get(sessionId) ?? null;
  }

  openBlocks(sessionId: SessionId): OpenBlock[] {
    return this.#blocks.get(sessionId)?.list() ?? [];
  }

  /** Replaces the open blocks of all sessions by what the machine has, after a new connection to it. */
  resetBlocks(blocks: readonly OpenBlock[]): void {
    const touched = new Set(this.#blocks.keys());
    this.#blocks.clear();
    this.#heard.clear();
    for (const [sessionId, own] of Map.groupBy(blocks, (block) => block.sessionId)) {
      touched.add(sessionId);
      const open = new OpenBlocks();
      open.reset(own);
      this.#blocks.set(sessionId, open);
    }
    for (const sessionId of touched) for (const f of this.#followers.get(sessionId) ?? []) f.blocksChanged();
  }

  join(sessionId: SessionId, follower: LiveFollower): Disposable {
    const set = this.#followers.get(sessionId) ?? new Set();
    this.#followers.set(sessionId, set);
    set.add(follower);
    return {
      [Symbol.dispose]: () => {
        set.delete(follower);
        if (set.size === 0 && this.#followers.get(sessionId) === set) this.#followers.delete(sessionId);
      },
    };
  }

  #take(sessionId: SessionId, items: readonly LogItem[]): void {
    const whole = items.filter((item) => this.#apply(sessionId, item));
    const followers = this.#followers.get(sessionId);
    if (followers && whole.length > 0) for (const follower of followers) follower.push(whole);
  }

  /** False for a delta with a hole before it: its block is completed by the message that supersedes it. */
  #apply(sessionId: SessionId, { item }: LogItem): boolean {
    const open = this.#blocks.get(sessionId);
    if ('event' in item) {
      open?.settle(item.event);
      if (open?.size === 0) {
        this.#blocks.delete(sessionId);
        this.#heard.delete(sessionId);
      }
      return true;
    }
    const blocks = open ?? new OpenBlocks();
    if (!blocks.apply(item.delta)) return false;
    if (!open) this.#blocks.set(sessionId, blocks);
    this.#heard.set(sessionId, this.clock.now());
    return true;
  }
}
