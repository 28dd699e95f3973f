import type { FollowFrame, OpenBlock, SessionEvent, SessionId, SessionState } from '@agor/protocol';
import { ORPCError } from '@orpc/client';
import { type HubClient, noRetry } from './client.ts';
import { FrameBatch } from './frames.ts';
import { GiveUp, keepStreaming } from './resume.ts';
import { PAGE_EVENTS, Transcript } from './transcript.ts';

/** Frames that may wait for an animation frame; more are worked off at once. */
const MAX_WAITING_FRAMES = 64;
const MAX_TRIES = 3;

/** One session, live: its state, its open blocks and a window of its events. One assignment per animation frame. */
export class SessionFollower implements Disposable {
  state = $state.raw<SessionState | null>(null);
  /** A gapless part of the log, oldest first; usually its end. */
  events = $state.raw<readonly SessionEvent[]>([]);
  /** What streams in now and is in no event yet. */
  openBlocks = $state.raw<readonly OpenBlock[]>([]);
  hasOlder = $state(false);
  /** The person scrolled so far back that the end is not held any more. */
  hasNewer = $state(false);
  /** `loading` until the first snapshot; `gone`: the hub has no such session. */
  phase = $state<'loading' | 'live' | 'reconnecting' | 'gone'>('loading');
  /** A page is being fetched. */
  paging = $state(false);

  readonly #transcript: Transcript;
  readonly #waiting: FollowFrame[] = [];
  readonly #batch = new FrameBatch(() => this.#work());
  readonly #stop = new AbortController();
  #hole = false;
  /** The page that is being fetched. */
  #paged: Promise<void> = Promise.resolve();

  constructor(
    readonly sessionId: SessionId,
    private readonly client: HubClient,
  ) {
    this.#transcript = new Transcript(sessionId);
    void keepStreaming(
      (alive) => this.#follow(alive),
      this.#stop.signal,
      () => {
        this.#batch.flush();
        if (this.phase === 'live') this.phase = 'reconnecting';
      },
    );
  }

  /** Fetches the page before the window. */
  loadOlder(): Promise<void> {
    const first = this.events[0]?.seq;
    if (first === undefined || !this.hasOlder) return Promise.resolve();
    return this.#page(first, (events, hasOlder) => this.#transcript.prepend(events, hasOlder));
  }

  /** Fetches the page after the window, when the end is not in it. */
  loadNewer(): Promise<void> {
    const last = this.events.at(-1)?.seq;
    if (last === undefined || !this.hasNewer) return Promise.resolve();
    return this.#page(last + PAGE_EVENTS + 1, (events) => this.#transcript.append(events));
  }

  /** Shows the end of the log again. */
  toEnd(): Promise<void> {
    if (!this.hasNewer || !this.state) return Promise.resolve();
    return this.#page(this.state.seq + 1, (events, hasOlder) => this.#transcript.replace(events, hasOlder));
  }

  /** Holds the events around this one, however far back. Waits for the session's snapshot; false when it has no such event. */
  async showAround(seq: number): Promise<boolean> {
    const holds = () => this.events.some((event) => event.seq === seq);
    if (holds()) return true;
    const end = this.state?.seq;
    if (end === undefined || seq > end) return false;
    // A page that was asked for before may come first, and place itself elsewhere.
    for (let tries = 0; tries < MAX_TRIES && !holds(); tries++) {
      if (this.paging) await this.#paged;
      const before = Math.min(end, seq + PAGE_EVENTS / 2) + 1;
      await this.#page(before, (events, hasOlder) => this.#transcript.replace(events, hasOlder));
    }
    return holds();
  }

  [Symbol.dispose](): void {
    this.#stop.abort();
    this.#batch[Symbol.dispose]();
  }

  async #follow(alive: () => void): Promise<void> {
    const { signal } = this.#stop;
    this.#hole = false;
    try {
      const input = { sessionId: this.sessionId, cursor: this.#transcript.cursor };
      for await (const frame of await this.client.events.follow(input, { signal, context: noRetry })) {
        alive();
        this.#waiting.push(frame);
        if (this.#waiting.length >= MAX_WAITING_FRAMES || frame.kind !== 'batch') this.#batch.flush();
        this.#batch.schedule();
        if (this.phase !== 'live') this.#batch.flush();
        if (this.#hole) return;
      }
    } catch (error) {
      if (error instanceof ORPCError && error.code === 'NOT_FOUND') {
        this.phase = 'gone';
        throw new GiveUp();
      }
      throw error;
    }
  }

  #work(): void {
    const frames = this.#waiting.splice(0);
    if (frames.length === 0) return;
    if (!this.#transcript.apply(frames)) {
      this.#hole = true;
      this.#transcript.startOver();
      return;
    }
    this.phase = 'live';
    this.#show();
  }

  #page(before: number, place: (events: SessionEvent[], hasOlder: boolean) => void): Promise<void> {
    if (this.paging) return Promise.resolve();
    const page = this.#fetchPage(before, place);
    // Whoever waits for its end is not the one who hears why it failed.
    this.#paged = page.catch(() => {});
    return page;
  }

  async #fetchPage(before: number, place: (events: SessionEvent[], hasOlder: boolean) => void): Promise<void> {
    this.paging = true;
    try {
      const { signal } = this.#stop;
      const page = await this.client.persistence.page(
        { sessionId: this.sessionId, before, limit: PAGE_EVENTS },
        { signal },
      );
      place(page.events, page.hasOlder);
      this.#show();
    } finally {
      this.paging = false;
    }
  }

  #show(): void {
    const transcript = this.#transcript;
    this.state = transcript.state;
    this.events = transcript.events;
    this.openBlocks = transcript.openBlocks;
    this.hasOlder = transcript.hasOlder;
    this.hasNewer = transcript.hasNewer;
  }
}
