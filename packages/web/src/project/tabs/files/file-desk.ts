import type { ProjectId } from '@agor/protocol';
import type { App } from '../../../state/app.svelte.ts';
import { explain } from '../../../state/commands.svelte.ts';
import type { Drafts } from './drafts.ts';
import { OpenFile } from './open-file.svelte.ts';
import { putTogether } from './text-shape.logic.ts';

const READ_LIMIT_MS = 30_000;
/** A pause in typing after which the draft is kept. In ms. */
const DRAFT_MS = 600;
/** A letter less than the hub takes in one message: quotes and line ends double on their way. */
const MAX_SENT_CHARS = 15_000_000;
const TOAST_MS = 12_000;

/**
 * Where files of a project are edited: it reads and writes them over the version that was read, and keeps what is unsaved. Which files are open, and
 * what is heard of the disk, is the business of the tab that the desk stands in.
 */
export class FileDesk implements Disposable {
  /** The last look at each file that is being read. */
  readonly #looks = new Map<OpenFile, Promise<void>>();
  readonly #timers = new Map<OpenFile, ReturnType<typeof setTimeout>>();

  /** @param drafts of this tab alone: two tabs may edit the same file, and each has its own text of it */
  constructor(
    readonly app: App,
    readonly projectId: ProjectId,
    private readonly drafts: Drafts,
  ) {}

  /** A file that is about to be read. */
  take(path: string): OpenFile {
    return new OpenFile(path, this.edited);
  }

  /** Reads a file again; what is on screen stays until then, and what the person wrote stays theirs. Resolves when no look at it is under way. */
  async read(file: OpenFile): Promise<void> {
    let mine = this.#look(file);
    this.#looks.set(file, mine);
    await mine;
    // One that began meanwhile is the one that counts.
    for (let last = this.#looks.get(file); last && last !== mine; last = this.#looks.get(file)) {
      mine = last;
      await mine;
    }
    this.#looks.delete(file);
  }

  async #look(file: OpenFile): Promise<void> {
    const { path } = file;
    const look = file.beginLook();
    try {
      const signal = AbortSignal.timeout(READ_LIMIT_MS);
      const content = await this.app.client.files.read({ projectId: this.projectId, path }, { signal });
      if (file.endLook(look) && file.path === path) file.take(content);
    } catch (error) {
      const isGone = error instanceof Error && 'code' in error && error.code === 'NOT_FOUND';
      if (file.endLook(look) && (isGone || !file.content)) file.lost(explain(error));
    }
  }

  /** Writes a file. False when it was not written: then the person was told, or sees what the disk has. */
  async save(file: OpenFile): Promise<boolean> {
    const { app, projectId } = this;
    const { state, path, version } = file;
    if (!state || file.saving) return false;
    if (file.theirs) return false; // the bar asks what is to be done
    const content = putTogether(state.doc.toString(), file.shape);
    if (JSON.stringify(content).length > MAX_SENT_CHARS) {
      const body = 'It is too large to be saved from here.';
      app.toasts.add({
        id: crypto.randomUUID(),
        level: 'error',
        title: 'The file was not saved',
        body,
        ms: TOAST_MS,
      });
      return false;
    }
    file.saving = true;
    const written = await app.commands.run(
      `files:save:${projectId}:${path}`,
      'The file was not saved',
      (commandId, options) =>
        app.client.files.write({ commandId, projectId, path, content, expected: file.gone ? null : version }, options),
    );
    file.saving = false;
    if (!written.ok) return false;
    if (written.value.kind === 'written') {
      file.written(state.doc, written.value.version, written.value.size);
      this.edited(file);
      return true;
    }
    const { now } = written.value;
    if (now) {
      file.gone = false;
      file.theirs = now;
    } else file.gone = true;
    return false;
  }

  /** The focus left the text of a file. */
  left(file: OpenFile): void {
    if (this.app.settings.get('files_save_on_blur') && file.dirty && !file.hasConflict) void this.save(file);
  }

  /** Saves what is in the editor over what the disk has. */
  async keepMine(file: OpenFile): Promise<void> {
    file.keepMine();
    await this.save(file);
  }

  /** The newest of them: what the bar showed may be older. */
  async takeTheirs(file: OpenFile): Promise<void> {
    if (file.theirs?.kind !== 'text') return;
    await this.read(file);
    const { theirs } = file;
    if (theirs?.kind === 'text') file.adopt(theirs);
  }

  /** Brings back what was not saved at an earlier visit, if there is such; the file was just read. */
  async restore(file: OpenFile): Promise<void> {
    const draft = await this.drafts.get(this.projectId, file.path);
    if (!draft || file.dirty) return;
    file.restore(draft.content, draft.version);
    if (!file.dirty) this.forget(file);
  }

  readonly edited = (file: OpenFile): void => {
    const before = this.#timers.get(file);
    if (before) clearTimeout(before);
    this.#timers.set(
      file,
      setTimeout(() => this.#keep(file), DRAFT_MS),
    );
  };

  /** What is unsaved of this file is not wanted any more. */
  forget(file: OpenFile): void {
    const timer = this.#timers.get(file);
    if (timer) clearTimeout(timer);
    this.#timers.delete(file);
    void this.drafts.forget(this.projectId, file.path);
  }

  [Symbol.dispose](): void {
    for (const file of [...this.#timers.keys()]) this.#keep(file);
  }

  #keep(file: OpenFile): void {
    const timer = this.#timers.get(file);
    if (timer) clearTimeout(timer);
    this.#timers.delete(file);
    const { projectId } = this;
    const { path, version } = file;
    if (file.dirty) void this.drafts.keep({ projectId, path, content: file.text, version, at: Date.now() });
    else void this.drafts.forget(projectId, path);
  }
}
