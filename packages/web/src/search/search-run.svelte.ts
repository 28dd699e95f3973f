import { MAX_SEARCH_OFFSET, type SearchAnswer, type SearchFilters, type SearchHit } from '@agor/protocol';
import type { HubClient } from '../state/client.ts';

/** After a keystroke, until the person pauses, ms. */
const DEBOUNCE_MS = 180;
const PAGE = 30;
/** What is answered to one question. */
const MOST = 100;

export interface Asked {
  readonly text: string;
  readonly expression: boolean;
  readonly filters: SearchFilters;
}

/** One search at a time: what is typed next cancels it. What was found stays until the next answer is there. */
export class SearchRun implements Disposable {
  hits = $state.raw<readonly SearchHit[]>([]);
  /** Without its hits; null: nothing was asked yet. */
  answer = $state.raw<Omit<SearchAnswer, 'hits'> | null>(null);
  busy = $state(false);
  failed = $state<string | null>(null);
  #asked: Asked | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #running: AbortController | null = null;
  /** Where among the hits those of the present ranking begin, and what it leaves out as newer. */
  #begin = 0;
  #before: string | undefined;

  constructor(private readonly client: HubClient) {}

  /** Searches soon, or at once when `now`. Without words, forgets what was found. */
  ask(asked: Asked, now = false): void {
    this.#cancel();
    this.#asked = asked;
    this.#first();
    if (asked.text.trim() === '') {
      this.hits = [];
      this.answer = null;
      this.failed = null;
      return;
    }
    this.busy = true;
    if (now) void this.#run(0);
    else this.#timer = setTimeout(() => void this.#run(0), DEBOUNCE_MS);
  }

  /** Goes on with what was ranked, or, with `older`, with what was not looked at yet. */
  more({ older = false } = {}): void {
    if (this.busy || !this.answer) return;
    const shown = this.hits.length - this.#begin;
    if (this.answer.more && shown <= MAX_SEARCH_OFFSET) {
      this.busy = true;
      void this.#run(shown);
    } else if (older && this.answer.older !== undefined) {
      this.busy = true;
      this.#begin = this.hits.length;
      this.#before = this.answer.older;
      void this.#run(0);
    }
  }

  /** Asks once more for as much as is shown. */
  again(): void {
    if (!this.#asked || this.#asked.text.trim() === '') return;
    this.#cancel();
    this.#first();
    this.busy = true;
    void this.#run(0, Math.min(MOST, Math.max(PAGE, this.hits.length)));
  }

  [Symbol.dispose](): void {
    this.#cancel();
  }

  async #run(offset: number, limit = PAGE): Promise<void> {
    if (!this.#asked) return;
    const running = new AbortController();
    this.#running = running;
    try {
      const { hits, ...answer } = await this.client.search.query(
        { ...this.#asked, limit, offset, ...(this.#before !== undefined && { before: this.#before }) },
        { signal: running.signal },
      );
      if (this.#running !== running) return;
      const kept = this.hits.slice(0, this.#begin + offset);
      const known = new Set(kept.map(({ id }) => id));
      this.hits = [...kept, ...hits.filter(({ id }) => !known.has(id))];
      // Of several rankings nobody counted the whole.
      this.answer = this.#begin > 0 ? { ...answer, total: null } : answer;
      this.failed = null;
    } catch (error) {
      if (this.#running !== running) return;
      this.failed = error instanceof Error ? error.message : 'The search failed.';
    }
    this.busy = false;
  }

  #first(): void {
    this.#begin = 0;
    this.#before = undefined;
  }

  #cancel(): void {
    clearTimeout(this.#timer);
    this.#running?.abort();
    this.#running = null;
    this.busy = false;
  }
}
