import type { ProjectId } from '@agor/protocol';
import { type HubClient, noRetry } from '../../../state/client.ts';
import { type CommandsStore, explain } from '../../../state/commands.svelte.ts';
import { sortDiagrams } from './diagrams.logic.ts';

const MAX_DIAGRAMS = 100;
const LIMIT_MS = 20_000;
const ENDINGS = ['.puml', '.mmd'];
const WATCHED = ['**/*.puml', '**/*.mmd', '**/*.plantuml', '**/*.mermaid'];
/** The machine keeps its list of a project's files so long. */
const LIST_KEPT_MS = 5_500;
const AGAIN_MS = 2_000;

/** The diagrams of a project, and the one that is written: its text here and what the file holds. */
export class DiagramFiles implements Disposable {
  /** Null: not known yet. */
  paths = $state.raw<readonly string[] | null>(null);
  listProblem = $state('');
  path = $state<string | null>(null);
  /** As it is written here; null while it is read. */
  text = $state<string | null>(null);
  problem = $state('');
  /** The file was changed by somebody else while it was written here: what it holds now. */
  theirs = $state.raw<{ readonly content: string; readonly version: string | null } | null>(null);
  #saved = $state('');
  #version: string | null = null;
  readonly dirty = $derived(this.text !== null && this.text !== this.#saved);
  readonly #ending = new AbortController();
  #again: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly client: HubClient,
    private readonly commands: CommandsStore,
    private readonly projectId: ProjectId,
  ) {
    void this.#list();
    void this.#watch();
  }

  get saving(): boolean {
    return this.commands.busy(this.#key);
  }

  open(path: string): void {
    this.path = path;
    this.text = null;
    this.problem = '';
    this.theirs = null;
    void this.#read();
  }

  /** A new file; false when it could not be made. */
  async create(path: string, source: string): Promise<boolean> {
    const done = await this.#write(path, source, null);
    if (!done.ok) return false;
    if (done.value.kind === 'conflict') {
      this.problem = `There is a file ${path} already.`;
      return false;
    }
    this.paths = sortDiagrams([...(this.paths ?? []), path]);
    this.open(path);
    return true;
  }

  /** Writes what is here over what was read; when the file changed meanwhile, nothing is written and `theirs` says so. */
  async save(): Promise<void> {
    const { path, text } = this;
    if (path === null || text === null || !this.dirty) return;
    const done = await this.#write(path, text, this.#version);
    if (!done.ok || this.path !== path) return;
    if (done.value.kind === 'written') {
      this.#version = done.value.version;
      this.#saved = text;
      this.theirs = null;
      return;
    }
    const { now } = done.value;
    this.theirs = { content: now?.kind === 'text' ? now.content : '', version: now?.version ?? null };
  }

  /** Settles a conflict: with what is here (then saved), or with what the file holds. */
  async settle(keep: 'mine' | 'theirs'): Promise<void> {
    if (!this.theirs) return;
    const { content, version } = this.theirs;
    this.#version = version;
    this.#saved = content;
    this.theirs = null;
    if (keep === 'theirs') this.text = content;
    else await this.save();
  }

  reload(): void {
    void this.#list();
    if (!this.dirty) void this.#read();
  }

  [Symbol.dispose](): void {
    this.#ending.abort();
    clearTimeout(this.#again);
  }

  get #key(): string {
    return `diagram:${this.projectId}`;
  }

  #write(path: string, content: string, expected: string | null) {
    return this.commands.run(this.#key, 'The diagram was not saved', (commandId, options) =>
      this.client.files.write({ commandId, projectId: this.projectId, path, content, expected }, options),
    );
  }

  #signal(): AbortSignal {
    return AbortSignal.any([this.#ending.signal, AbortSignal.timeout(LIMIT_MS)]);
  }

  async #list(): Promise<void> {
    try {
      const find = (query: string) =>
        this.client.files.find({ projectId: this.projectId, query, limit: MAX_DIAGRAMS }, { signal: this.#signal() });
      const hidden = this.client.files
        .list({ projectId: this.projectId, path: '.architecture', hidden: true }, { signal: this.#signal() })
        // There is no such folder yet.
        .catch(() => ({ entries: [] }));
      const found = await Promise.all(ENDINGS.map(find));
      this.paths = sortDiagrams([...found.flat(), ...(await hidden).entries.map(({ path }) => path)]);
      this.listProblem = '';
      const [first] = this.paths;
      if (this.path === null && first) this.open(first);
    } catch (error) {
      if (!this.#ending.signal.aborted) this.listProblem = explain(error);
    }
  }

  async #read(): Promise<void> {
    const { path } = this;
    if (path === null) return;
    try {
      const read = await this.client.files.read({ projectId: this.projectId, path }, { signal: this.#signal() });
      if (this.path !== path) return;
      this.problem = read.kind === 'text' ? '' : 'This is no text, or too large to be drawn.';
      if (read.kind !== 'text' || read.version === this.#version) {
        this.#version = read.version;
        if (this.text === null && read.kind === 'text') this.#take(read.content);
        return;
      }
      if (this.dirty) this.theirs = { content: read.content, version: read.version };
      else {
        this.#version = read.version;
        this.#take(read.content);
      }
    } catch (error) {
      if (!this.#ending.signal.aborted && this.path === path) this.problem = explain(error);
    }
  }

  #take(content: string): void {
    this.#saved = content;
    this.text = content;
  }

  async #watch(): Promise<void> {
    const { signal } = this.#ending;
    while (!signal.aborted) {
      try {
        const input = { projectId: this.projectId, patterns: WATCHED };
        const frames = await this.client.files.watch(input, { signal, context: noRetry });
        for await (const frame of frames) {
          if (frame.kind === 'problem') continue;
          void this.#read();
          void this.#list();
          clearTimeout(this.#again);
          this.#again = setTimeout(() => void this.#list(), LIST_KEPT_MS);
        }
      } catch {
        // The connection or the machine is away; begun again below, and then all is read anew.
      }
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    }
  }
}
