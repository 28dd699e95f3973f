import type { FollowFrame, FollowItem, SessionId } from '@agor/protocol';
import { Doorbell } from './doorbell.ts';
import type { EventLog, LogItem } from './event-log.ts';
import type { LiveFollower, LiveSessions } from './live.ts';

/** Most items in one batch (architecture §4: batches of up to 64). */
const BATCH = 64;
/** A follower who has this much unread is let go of: it reads the log from the disk until it has caught up. */
export const MAX_BUFFERED_ITEMS = 4_096;
export const MAX_BUFFERED_CHARS = 8 * 1024 * 1024;

/**
 * One client's way through one session. While it keeps up, it is handed what is committed; when it lags, nothing is kept
 * for it and it reads the log by its cursor. Either way: every event once, in order.
 */
export class Follower implements LiveFollower {
  #buffer: FollowItem[] = [];
  #chars = 0;
  /** The last event that was buffered or handed out. */
  #seq: number;
  #behind: boolean;
  #blocksDue = false;
  readonly #doorbell = new Doorbell();

  constructor(
    private readonly log: EventLog,
    private readonly live: LiveSessions,
    private readonly sessionId: SessionId,
    /** The newest event that the client has. */
    seq: number,
  ) {
    this.#seq = seq;
    this.#behind = seq < log.requireState(sessionId).seq;
  }

  get behind(): boolean {
    return this.#behind;
  }

  push(items: readonly LogItem[]): void {
    if (this.#behind) return;
    for (const { item, chars } of items) {
      if ('event' in item && item.event.seq <= this.#seq) continue;
      this.#chars += chars;
      if (!this.#joins(item)) this.#buffer.push(item);
    }
    if (this.#buffer.length > MAX_BUFFERED_ITEMS || this.#chars > MAX_BUFFERED_CHARS) this.#fallBehind();
    this.#doorbell.ring();
  }

  blocksChanged(): void {
    this.#blocksDue = true;
    this.#doorbell.ring();
  }

  /** The next frame; waits for one. Null once `signal` is aborted. One call at a time. */
  async next(signal?: AbortSignal): Promise<FollowFrame | null> {
    for (;;) {
      if (signal?.aborted) return null;
      const frame = this.#take();
      if (frame) return frame;
      await this.#doorbell.wait(signal);
    }
  }

  #take(): FollowFrame | null {
    if (this.#behind) return this.#catchUp();
    if (this.#buffer.length > 0) return { kind: 'batch', items: this.#takeBatch() };
    if (!this.#blocksDue) return null;
    this.#blocksDue = false;
    return { kind: 'resumed', openBlocks: this.live.openBlocks(this.sessionId) };
  }

  #takeBatch(): FollowItem[] {
    const items = this.#buffer.length <= BATCH ? this.#buffer : this.#buffer.slice(0, BATCH);
    this.#buffer = this.#buffer.length <= BATCH ? [] : this.#buffer.slice(BATCH);
    if (this.#buffer.length === 0) this.#chars = 0;
    for (const item of items) if ('event' in item) this.#seq = item.event.seq;
    return items;
  }

  /** Nothing can be appended between the empty read and the change of mode: both happen in one go. */
  #catchUp(): FollowFrame {
    const events = this.log.since(this.sessionId, this.#seq, BATCH);
    const last = events.at(-1);
    if (last) {
      this.#seq = last.seq;
      return { kind: 'batch', items: events.map((event) => ({ event })) };
    }
    this.#behind = false;
    this.#blocksDue = false;
    return { kind: 'resumed', openBlocks: this.live.openBlocks(this.sessionId) };
  }

  #fallBehind(): void {
    this.#behind = true;
    this.#buffer = [];
    this.#chars = 0;
  }

  /** A delta that goes on where the last buffered one ended becomes part of it. */
  #joins(item: FollowItem): boolean {
    const last = this.#buffer.at(-1);
    if (!last || 'event' in last || 'event' in item) return false;
    const { delta } = last;
    if (delta.blockId !== item.delta.blockId || delta.offset + delta.text.length !== item.delta.offset) return false;
    // A fresh object: the buffered one is shared with the other followers.
    this.#buffer[this.#buffer.length - 1] = { delta: { ...delta, text: delta.text + item.delta.text } };
    return true;
  }
}
