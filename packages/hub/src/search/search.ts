import { type GroupsFile, SearchAnswer, type SearchQuery, SearchStatus, type SessionId } from '@agor/protocol';
import type { AgorPaths, Clock, Logger, Timer } from '@agor/runtime';
import type { HubBus } from '../events/index.ts';
import { SearchProgram } from './program.ts';

/** After a change the index waits so long for more of them, ms; under a steady stream it looks at this pace. */
const PACE_MS = 700;
/** More events between two looks, and the index keeps out of the agents' way. */
const BUSY_EVENTS = 500;
/** The program ends when it was not needed for so long. */
const REST_MS = 60_000;
/** Sessions whose names are handed over; of more, the index looks for itself. */
const MAX_NAMED = 500;

export interface SearchOptions {
  readonly paths: Pick<AgorPaths, 'searchDb' | 'sessionsDb' | 'teamDb' | 'blobsDir'>;
  readonly clock: Clock;
  readonly bus: HubBus;
  readonly log: Logger;
  readonly groups: () => GroupsFile;
}

/**
 * Full-text search over sessions, tasks and what agents write to each other. A process of its own keeps the index and answers; it is
 * started by the first change or question and ends when it is not needed, so that the hub pays a timer and nothing more. What happened
 * while it was away it finds by the cursors in its index.
 */
export class Search implements AsyncDisposable {
  #program: SearchProgram | null = null;
  readonly #ending = new Set<Promise<void>>();
  #changed = new Set<SessionId>();
  #events = 0;
  #team = false;
  #removed = false;
  #look: Timer | null = null;
  #rest: Timer | null = null;
  #closed = false;
  readonly #own = new DisposableStack();

  constructor(private readonly options: SearchOptions) {
    const { bus } = options;
    this.#own.use(
      bus.on('sessions', (changes) => {
        for (const { sessionId, events } of changes) {
          this.#changed.add(sessionId);
          this.#events += events.length;
        }
        this.#lookSoon();
      }),
    );
    this.#own.use(
      bus.on('team', (changes) => {
        this.#removed ||= changes.some(({ kind }) => kind === 'all');
        this.#team = true;
        this.#lookSoon();
      }),
    );
  }

  /** Throws `Failure` UNREACHABLE when the search program cannot answer. */
  async query(query: SearchQuery): Promise<SearchAnswer> {
    const { groups } = this.options.groups();
    const wanted = new Set(query.filters.groupIds);
    const groupMembers = groups
      .filter(({ id }) => wanted.has(id))
      .flatMap(({ projects, agents = [] }) => [...projects, ...agents].map(({ id }) => id));
    const program = this.#use();
    this.#hand(program);
    return SearchAnswer.parse(
      await program.ask({ do: 'query', query, groupMembers, groups: groups.map(({ id }) => id) }),
    );
  }

  async status(): Promise<SearchStatus> {
    const program = this.#use();
    this.#hand(program);
    return SearchStatus.parse(await program.ask({ do: 'status' }));
  }

  /** Begins to make the index anew, beside the one that answers meanwhile. */
  async rebuild(): Promise<void> {
    await this.#use().ask({ do: 'rebuild' });
  }

  /** Ends the program; what it was writing is whole or not there. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    this.#own.dispose();
    this.#look?.cancel();
    this.#end();
    await Promise.all(this.#ending);
  }

  #lookSoon(): void {
    if (this.#closed) return;
    this.#look ??= this.options.clock.setTimeout(() => {
      this.#look = null;
      this.#hand(this.#use());
    }, PACE_MS);
  }

  /** Tells the program what changed since it was told last. */
  #hand(program: SearchProgram): void {
    if (this.#changed.size === 0 && !this.#team) return;
    const sessions = this.#changed.size > MAX_NAMED ? null : [...this.#changed];
    const busy = this.#events > BUSY_EVENTS;
    program.tell({ do: 'changed', sessions, team: this.#team, removed: this.#removed, busy });
    this.#changed = new Set();
    this.#events = 0;
    this.#team = false;
    this.#removed = false;
  }

  #use(): SearchProgram {
    this.#rest?.cancel();
    this.#rest = null;
    if (this.#program) {
      this.#restSoon();
      return this.#program;
    }
    const { paths, log } = this.options;
    const program: SearchProgram = new SearchProgram({
      paths,
      log,
      onRested: () => this.#restSoon(),
      onEnd: () => {
        if (this.#program === program) this.#program = null;
      },
    });
    this.#program = program;
    return program;
  }

  #restSoon(): void {
    this.#rest?.cancel();
    this.#rest = this.options.clock.setTimeout(() => void this.#endIfIdle(), REST_MS);
  }

  /** One that still indexes says so again when it has done. */
  async #endIfIdle(): Promise<void> {
    const program = this.#program;
    if (!program) return;
    try {
      const { index } = SearchStatus.parse(await program.ask({ do: 'status' }));
      if (index === 'current' && this.#program === program) this.#end();
    } catch {
      // It ended by itself meanwhile.
    }
  }

  #end(): void {
    this.#rest?.cancel();
    this.#rest = null;
    if (!this.#program) return;
    const ending = this.#program.close().finally(() => void this.#ending.delete(ending));
    this.#ending.add(ending);
    this.#program = null;
  }
}
