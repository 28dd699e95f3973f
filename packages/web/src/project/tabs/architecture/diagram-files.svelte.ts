import type { ProjectId } from '@agor/protocol';
import type { App } from '../../../state/app.svelte.ts';
import { noRetry } from '../../../state/client.ts';
import { explain } from '../../../state/commands.svelte.ts';
import { Drafts, FileDesk, type OpenFile, readWrap, writeWrap } from '../files/index.ts';
import { sortDiagrams } from './diagrams.logic.ts';

const MAX_DIAGRAMS = 100;
const LIMIT_MS = 20_000;
const ENDINGS = ['.puml', '.plantuml', '.mmd', '.mermaid'];
const WATCHED = ENDINGS.map((ending) => `**/*${ending}`);
/** The machine keeps its list of a project's files so long. */
const LIST_KEPT_MS = 5_500;
const AGAIN_MS = 2_000;

/** Unsaved texts of diagrams. */
export const diagramDrafts = new Drafts('agor-diagrams');

/** What waits until the person said what becomes of the unsaved text. */
interface Leaving {
  readonly file: OpenFile;
  then(): void;
}

/** The diagrams of a project, and the one that is written. */
export class DiagramFiles implements Disposable {
  /** Null: not known yet. */
  paths = $state.raw<readonly string[] | null>(null);
  listProblem = $state('');
  file = $state.raw<OpenFile | null>(null);
  /** Asked before the open diagram is left with unsaved text. */
  leaving = $state.raw<Leaving | null>(null);
  /** Why a new one could not be made, in words. */
  newProblem = $state('');
  /** All that can be chosen: also the open one that is not on the disk any more. */
  readonly choices = $derived(
    this.file && !this.paths?.includes(this.file.path) ? [this.file.path, ...(this.paths ?? [])] : (this.paths ?? []),
  );
  readonly desk: FileDesk;
  #wrap = $state(readWrap());
  /** Unsaved texts were looked for. */
  #looked = false;
  readonly #ending = new AbortController();
  #again: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly app: App,
    private readonly projectId: ProjectId,
  ) {
    this.desk = new FileDesk(app, projectId, diagramDrafts);
    void this.#begin();
    void this.#watch();
  }

  /** Long lines are wrapped; kept for the next visit. */
  get wrap(): boolean {
    return this.#wrap;
  }

  set wrap(wrap: boolean) {
    this.#wrap = wrap;
    writeWrap(wrap);
  }

  get creating(): boolean {
    return this.app.commands.busy(this.#newKey);
  }

  /** Shows another diagram; asks first where the open one is not saved. */
  choose(path: string): void {
    if (path !== this.file?.path) this.leave(() => void this.#open(path));
  }

  /** Does what leaves the open diagram: at once, or when the person said what becomes of its unsaved text. */
  leave(then: () => void): void {
    const { file } = this;
    if (file?.dirty) this.leaving = { file, then };
    else then();
  }

  /** A new one is about to be made: should that be given up, the open one is there as the disk has it. */
  leaveForNew(then: () => void): void {
    const path = this.file?.path;
    this.leave(() => {
      then();
      if (!this.file && path !== undefined) void this.#open(path);
    });
  }

  stay(): void {
    this.leaving = null;
  }

  async leaveSaved(): Promise<void> {
    const { leaving } = this;
    this.leaving = null;
    if (leaving && (await this.desk.save(leaving.file))) leaving.then();
  }

  leaveDiscarded(): void {
    const { leaving } = this;
    this.leaving = null;
    if (!leaving) return;
    this.#drop(leaving.file);
    leaving.then();
  }

  async save(): Promise<void> {
    if (this.file?.dirty) await this.desk.save(this.file);
  }

  /** Leaves a diagram that is no more on the disk. */
  close(): void {
    this.leave(() => {
      if (this.file) this.#drop(this.file);
      void this.#list();
    });
  }

  /** A new file; false when it could not be made. */
  async create(path: string, content: string): Promise<boolean> {
    this.newProblem = '';
    const { projectId, app } = this;
    const done = await app.commands.run(this.#newKey, 'The diagram was not made', (commandId, options) =>
      app.client.files.write({ commandId, projectId, path, content, expected: null }, options),
    );
    if (!done.ok) return false;
    if (done.value.kind === 'conflict') {
      this.newProblem = `There is a file ${path} already.`;
      return false;
    }
    this.paths = sortDiagrams([...(this.paths ?? []), path]);
    void this.#open(path);
    return true;
  }

  reload(): void {
    void this.#list();
    if (this.file) void this.desk.read(this.file);
  }

  [Symbol.dispose](): void {
    this.desk[Symbol.dispose]();
    this.#ending.abort();
    clearTimeout(this.#again);
  }

  get #newKey(): string {
    return `diagram:new:${this.projectId}`;
  }

  #drop(file: OpenFile): void {
    this.desk.forget(file);
    if (this.file === file) this.file = null;
  }

  async #open(path: string): Promise<void> {
    const file = this.desk.take(path);
    this.file = file;
    await this.desk.read(file);
    await this.desk.restore(file);
  }

  /** What was not saved at an earlier visit comes first. */
  async #begin(): Promise<void> {
    const [newest] = (await diagramDrafts.all(this.projectId)).sort((a, b) => b.at - a.at);
    if (this.#ending.signal.aborted) return;
    if (newest && !this.file) void this.#open(newest.path);
    this.#looked = true;
    await this.#list();
  }

  async #list(): Promise<void> {
    const { projectId } = this;
    const { files } = this.app.client;
    const signal = AbortSignal.any([this.#ending.signal, AbortSignal.timeout(LIMIT_MS)]);
    try {
      const find = (query: string) => files.find({ projectId, query, limit: MAX_DIAGRAMS }, { signal });
      const hidden = files
        .list({ projectId, path: '.architecture', hidden: true }, { signal })
        // There is no such folder yet.
        .catch(() => ({ entries: [] }));
      const found = await Promise.all(ENDINGS.map(find));
      this.paths = sortDiagrams([...found.flat(), ...(await hidden).entries.map(({ path }) => path)]);
      this.listProblem = '';
      const [first] = this.paths;
      if (!this.file && first && this.#looked) void this.#open(first);
    } catch (error) {
      if (!this.#ending.signal.aborted) this.listProblem = explain(error);
    }
  }

  async #watch(): Promise<void> {
    const { signal } = this.#ending;
    while (!signal.aborted) {
      try {
        const input = { projectId: this.projectId, patterns: WATCHED };
        const frames = await this.app.client.files.watch(input, { signal, context: noRetry });
        for await (const frame of frames) {
          if (frame.kind === 'problem') continue;
          this.reload();
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
