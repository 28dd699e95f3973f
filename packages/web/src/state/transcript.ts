import type { Cursor, FollowFrame, OpenBlock, SessionEvent, SessionId, SessionState } from '@agor/protocol';
import { fold, OpenBlocks } from '@agor/session';

/** Events held at most. Beyond it the far end is dropped, to be fetched again when the person scrolls there. */
export const WINDOW_EVENTS = 2000;
/** What a page fetched on scrolling carries. */
export const PAGE_EVENTS = 400;

/**
 * One session as this window holds it: the state at the log's end, and a bounded, gapless part of the log (seq has no
 * gaps, so a part is known by its ends). Usually the part is the end; scrolled far back it is cut off from it
 * (`hasNewer`), while the state goes on.
 */
export class Transcript {
  state: SessionState | null = null;
  events: readonly SessionEvent[] = [];
  hasOlder = false;
  #epoch: string | null = null;
  readonly #blocks = new OpenBlocks();

  constructor(private readonly sessionId: SessionId) {}

  /** From where to go on after a lost connection. */
  get cursor(): Cursor | undefined {
    return this.#epoch !== null && this.state ? { epoch: this.#epoch, seq: this.state.seq } : undefined;
  }

  get openBlocks(): readonly OpenBlock[] {
    return this.#blocks.list();
  }

  /** The newest event is not in the window. */
  get hasNewer(): boolean {
    const last = this.events.at(-1);
    return this.state !== null && last !== undefined && last.seq < this.state.seq;
  }

  /** Takes frames in order. Returns false at a hole in the stream: the caller needs a fresh snapshot. */
  apply(frames: readonly FollowFrame[]): boolean {
    const news: SessionEvent[] = [];
    let attached = !this.hasNewer;
    for (const frame of frames) {
      if (frame.kind === 'snapshot') {
        news.length = 0;
        attached = true;
        this.#reset(frame);
      } else if (frame.kind === 'resumed') {
        this.#blocks.reset(frame.openBlocks);
      } else {
        for (const item of frame.items) {
          const whole = 'event' in item ? this.#add(item.event, news) : this.#blocks.apply(item.delta);
          if (!whole) return false;
        }
      }
    }
    if (news.length > 0 && attached) this.#append(news);
    return true;
  }

  /** Forgets where it stood, so that the next connection brings a snapshot. */
  startOver(): void {
    this.#epoch = null;
  }

  /** Puts a page before the window; drops the window's end when it grows too long. */
  prepend(page: readonly SessionEvent[], hasOlder: boolean): void {
    const first = this.events[0]?.seq ?? Number.POSITIVE_INFINITY;
    this.events = [...page.filter((event) => event.seq < first), ...this.events].slice(0, WINDOW_EVENTS);
    this.hasOlder = hasOlder;
  }

  /** Puts a page after the window; drops its beginning when it grows too long. */
  append(page: readonly SessionEvent[]): void {
    const last = this.events.at(-1)?.seq ?? 0;
    const next = page.filter((event) => event.seq > last);
    if (next.length > 0 && next[0]?.seq === last + 1) this.#append(next);
  }

  /** Shows only this part of the log. */
  replace(page: readonly SessionEvent[], hasOlder: boolean): void {
    this.events = page;
    this.hasOlder = hasOlder;
  }

  #reset(frame: Extract<FollowFrame, { kind: 'snapshot' }>): void {
    this.#epoch = frame.epoch;
    this.state = frame.state;
    this.events = frame.events;
    this.hasOlder = frame.hasOlder;
    this.#blocks.reset(frame.openBlocks);
  }

  #add(event: SessionEvent, news: SessionEvent[]): boolean {
    if (!this.state) return false;
    if (event.seq <= this.state.seq) return true;
    if (event.seq !== this.state.seq + 1) return false;
    this.state = fold(this.sessionId, this.state, event);
    this.#blocks.settle(event);
    news.push(event);
    return true;
  }

  #append(news: readonly SessionEvent[]): void {
    const all = [...this.events, ...news];
    if (all.length > WINDOW_EVENTS) this.hasOlder = true;
    this.events = all.length > WINDOW_EVENTS ? all.slice(-WINDOW_EVENTS) : all;
  }
}
