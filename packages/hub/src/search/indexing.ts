import { existsSync, renameSync } from 'node:fs';
import type { SearchAnswer, SearchIndexState, SearchQuery, SearchStatus } from '@agor/protocol';
import { SessionFeed } from './feed-sessions.ts';
import { TeamFeed } from './feed-team.ts';
import { Hits } from './hits.ts';
import { IndexFile } from './index-file.ts';
import { type QueryContext, Ranking } from './query.ts';
import type { Sources } from './sources.ts';
import { isDamage, removeStore } from './store.ts';

/** What is written in one transaction takes about so long; a question waits for no more. */
const SLICE_MS = 12;
/** The rest after a slice, as a multiple of what it took: while much happens the agents come first. */
const REST_WHEN_BUSY = 9;
const REST_WHEN_CALM = 1;

/** One index with what fills it. */
class Fed implements Disposable {
  readonly file: IndexFile;
  readonly sessions: SessionFeed;
  readonly team: TeamFeed;
  readonly ranking: Ranking;
  readonly hits: Hits;

  constructor(path: string, sources: Sources) {
    this.file = new IndexFile(path);
    this.sessions = new SessionFeed(this.file, sources);
    this.team = new TeamFeed(this.file, sources);
    this.ranking = new Ranking(this.file);
    this.hits = new Hits(this.file, sources);
    this.sessions.survey();
  }

  /** Works for about `ms`, one step at least. False when nothing is left. */
  slice(ms: number): boolean {
    const end = performance.now() + ms;
    const fed = this.file.write(() => {
      for (;;) {
        const more = this.sessions.step() || this.team.step();
        if (!more || performance.now() >= end) return more;
      }
    });
    return fed || this.file.mergeSome();
  }

  [Symbol.dispose](): void {
    this.file[Symbol.dispose]();
  }
}

export interface Changed {
  /** Null: any of them. */
  readonly sessions: readonly string[] | null;
  readonly team: boolean;
  /** Something may have been deleted. */
  readonly removed: boolean;
  readonly busy: boolean;
}

/** The index that is searched, and while it is made anew the next one beside it. Heals itself: what is damaged is made again. */
export class Indexing implements Disposable {
  #now: Fed;
  #next: Fed | null = null;
  #busy = false;
  #working: Promise<void> | null = null;
  #hasMore = false;
  #closed = false;

  constructor(
    private readonly path: string,
    private readonly sources: Sources,
    /** Called when all is indexed. */
    private readonly rested: () => void = () => {},
    private readonly sliceMs = SLICE_MS,
  ) {
    this.#now = new Fed(path, sources);
    // A rebuild that was cut off goes on where it was.
    if (existsSync(this.#nextPath)) this.#next = new Fed(this.#nextPath, sources);
  }

  get #nextPath(): string {
    return `${this.path}-next`;
  }

  get state(): SearchIndexState {
    if (this.#next) return 'rebuilding';
    return this.#working ? 'catchingUp' : 'current';
  }

  /** Goes on until all is indexed; one such run at a time. */
  work(): Promise<void> {
    this.#hasMore = true;
    this.#working ??= this.#work();
    return this.#working;
  }

  changed({ sessions, team, removed, busy }: Changed): void {
    this.#busy = busy;
    for (const fed of [this.#now, this.#next]) {
      if (sessions === null || removed) fed?.sessions.survey();
      if (sessions !== null) fed?.sessions.changed(sessions);
      if (team || removed) fed?.team.changed({ removed });
    }
    void this.work();
  }

  rebuild(): void {
    this.#next?.[Symbol.dispose]();
    removeStore(this.#nextPath);
    this.#next = new Fed(this.#nextPath, this.sources);
    void this.work();
  }

  /** Opens what questions read, between the first of them, some ms at a time. */
  async warm(): Promise<void> {
    const fed = this.#now;
    const steps = fed.ranking.warm();
    for (;;) {
      await Bun.sleep(0);
      if (this.#closed || this.#now !== fed) return;
      if (this.#healing(() => steps.next().done)) return;
    }
  }

  query(query: SearchQuery, context: QueryContext): SearchAnswer {
    return this.#healing(() => {
      const found = this.#now.ranking.find({ ...query, limit: query.limit + 1 }, context);
      if ('problem' in found) return { hits: [], total: 0, more: false, index: this.state, problem: found.problem };
      const { rows, terms, total, before } = found;
      const hits = rows.slice(0, query.limit).flatMap((row) => this.#now.hits.of(row, terms) ?? []);
      const more = rows.length > query.limit;
      return { hits, total, more, index: this.state, ...(before !== null && { older: String(before) }) };
    });
  }

  status(): SearchStatus {
    return this.#healing(() => {
      const fed = this.#next ?? this.#now;
      const sessions =
        this.sources.sessions.query<{ n: number }, []>('SELECT count(*) AS n FROM sessions').get()?.n ?? 0;
      const documents = fed.file.documents;
      const sessionsDone = Math.max(0, sessions - fed.sessions.behind);
      return { index: this.state, documents, sessions, sessionsDone, bytes: this.#now.file.bytes };
    });
  }

  [Symbol.dispose](): void {
    this.#closed = true;
    this.#next?.[Symbol.dispose]();
    this.#now[Symbol.dispose]();
  }

  async #work(): Promise<void> {
    try {
      // What comes during the rest after the last slice is seen, too.
      while (this.#hasMore) {
        this.#hasMore = false;
        const began = performance.now();
        if (this.#healing(() => this.#slice())) this.#hasMore = true;
        const took = performance.now() - began;
        await Bun.sleep(took * (this.#busy ? REST_WHEN_BUSY : REST_WHEN_CALM));
        if (this.#closed) return;
      }
    } finally {
      this.#working = null;
    }
    this.rested();
  }

  #slice(): boolean {
    if (this.#now.slice(this.sliceMs)) return true;
    if (!this.#next) return false;
    if (!this.#next.slice(this.sliceMs)) this.#swap();
    return true;
  }

  /** The old one is whole until the new one has its name. */
  #swap(): void {
    this.#next?.[Symbol.dispose]();
    this.#next = null;
    this.#now[Symbol.dispose]();
    renameSync(this.#nextPath, this.path);
    this.#now = new Fed(this.path, this.sources);
  }

  /** A damaged index is thrown away, and what was asked is done on the empty one that takes its place. */
  #healing<T>(fn: () => T): T {
    try {
      return fn();
    } catch (error) {
      const damaged = [this.path, this.#nextPath].some((path) => isDamage(error, path));
      if (!damaged) throw error;
      if (this.#next) {
        this.#next[Symbol.dispose]();
        this.#next = null;
        removeStore(this.#nextPath);
      }
      this.#now[Symbol.dispose]();
      removeStore(this.path);
      this.#now = new Fed(this.path, this.sources);
      queueMicrotask(() => void this.work());
      return fn();
    }
  }
}
