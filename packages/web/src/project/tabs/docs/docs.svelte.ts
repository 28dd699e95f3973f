import type { ProjectId } from '@agor/protocol';
import { type HubClient, noRetry } from '../../../state/client.ts';
import { explain } from '../../../state/commands.svelte.ts';
import { isMarkdown, sortDocs } from './doc-paths.logic.ts';

/** Documents that are listed; a filter finds those beyond. */
const MAX_DOCS = 100;
const LIMIT_MS = 20_000;
const WATCHED = ['**/*.md', '**/*.markdown', '**/*.mdx'];
/** The machine keeps its list of a project's files so long: what is newer is seen by asking again then. */
const LIST_KEPT_MS = 5_500;
const MAX_HISTORY = 100;
/** Before a lost stream is begun again. */
const AGAIN_MS = 2_000;

interface Place {
  readonly path: string;
  readonly anchor: string;
}

/** The documents of a project: which there are, the one that is read, and the way that led to it. */
export class Docs implements Disposable {
  /** Null: not known yet. */
  paths = $state.raw<readonly string[] | null>(null);
  listProblem = $state('');
  #filter = '';
  /** The text of `path`; null while it is read for the first time. */
  text = $state<string | null>(null);
  problem = $state('');
  #history = $state.raw<readonly Place[]>([]);
  #at = $state(-1);
  readonly place = $derived(this.#history[this.#at] ?? null);
  readonly canGoBack = $derived(this.#at > 0);
  readonly canGoForward = $derived(this.#at < this.#history.length - 1);
  readonly #ending = new AbortController();
  #again: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly client: HubClient,
    private readonly projectId: ProjectId,
  ) {
    void this.#list();
    void this.#watch();
  }

  /** Shows a document, and remembers where one came from. */
  go(path: string, anchor = ''): void {
    if (this.place?.path === path && this.place.anchor === anchor) return;
    const isOther = this.place?.path !== path;
    this.#history = [...this.#history.slice(0, this.#at + 1), { path, anchor }].slice(-MAX_HISTORY);
    this.#at = this.#history.length - 1;
    if (isOther) this.#open();
  }

  step(by: 1 | -1): void {
    const before = this.place?.path;
    this.#at = Math.max(0, Math.min(this.#history.length - 1, this.#at + by));
    if (this.place?.path !== before) this.#open();
  }

  filter(text: string): void {
    this.#filter = text.trim();
    void this.#list();
  }

  reload(): void {
    void this.#list();
    void this.#read();
  }

  [Symbol.dispose](): void {
    this.#ending.abort();
    clearTimeout(this.#again);
  }

  #open(): void {
    this.text = null;
    this.problem = '';
    void this.#read();
  }

  async #list(): Promise<void> {
    const filter = this.#filter;
    try {
      const signal = AbortSignal.any([this.#ending.signal, AbortSignal.timeout(LIMIT_MS)]);
      // Letters of the name, and of its ending: what fits best is first.
      const query = filter && !isMarkdown(filter) ? `${filter} .md` : filter || '.md';
      const found = await this.client.files.find({ projectId: this.projectId, query, limit: MAX_DOCS }, { signal });
      if (filter !== this.#filter) return;
      this.paths = filter ? found.filter(isMarkdown) : sortDocs(found);
      this.listProblem = '';
      const [first] = this.paths;
      if (!this.place && first) this.go(first);
    } catch (error) {
      if (!this.#ending.signal.aborted) this.listProblem = explain(error);
    }
  }

  async #read(): Promise<void> {
    const { place } = this;
    if (!place) return;
    const { path } = place;
    try {
      const signal = AbortSignal.any([this.#ending.signal, AbortSignal.timeout(LIMIT_MS)]);
      const read = await this.client.files.read({ projectId: this.projectId, path }, { signal });
      if (this.place?.path !== path) return;
      this.problem = read.kind === 'text' ? '' : 'This is no text, or too large to be shown.';
      if (read.kind === 'text') this.text = read.content;
    } catch (error) {
      if (!this.#ending.signal.aborted && this.place?.path === path) this.problem = explain(error);
    }
  }

  async #watch(): Promise<void> {
    const { signal } = this.#ending;
    while (!signal.aborted) {
      try {
        const input = { projectId: this.projectId, patterns: WATCHED };
        const frames = await this.client.files.watch(input, { signal, context: noRetry });
        for await (const frame of frames) {
          if (frame.kind === 'problem') continue;
          const changes = frame.kind === 'changes' ? frame.changes : [];
          const all = frame.kind === 'standing' || frame.more;
          if (all || changes.some(({ path }) => path === this.place?.path)) void this.#read();
          const isNew = changes.some(({ path, kind }) => (kind === 'removed') === this.paths?.includes(path));
          if (all || isNew) this.#listSoon();
        }
      } catch {
        // The connection or the machine is away; begun again below, and then all is read anew.
      }
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    }
  }

  #listSoon(): void {
    void this.#list();
    clearTimeout(this.#again);
    this.#again = setTimeout(() => void this.#list(), LIST_KEPT_MS);
  }
}
