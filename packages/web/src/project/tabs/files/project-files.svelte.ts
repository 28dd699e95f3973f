import type { FilesFrame, ProjectId } from '@agor/protocol';
import type { App } from '../../../state/app.svelte.ts';
import { explain } from '../../../state/commands.svelte.ts';
import { drafts } from './drafts.ts';
import { FileActions } from './file-actions.svelte.ts';
import { folderOf, isBelow } from './file-kind.logic.ts';
import { FileWatch, type Watched } from './file-watch.ts';
import { keepTabs, readTabs } from './kept-tabs.ts';
import { readWrap, writeWrap } from './kept-wrap.ts';
import { OpenFile, type Place } from './open-file.svelte.ts';
import { FileTree } from './tree/file-tree.svelte.ts';

const LIMIT_MS = 30_000;
/** A pause in typing after which the draft is kept, and one after which git is asked again. In ms. */
const DRAFT_MS = 600;
const MARKS_MS = 800;

/** The Files tab of one project: its tree, the files that are open, and what the disk tells of both. */
export class ProjectFiles implements Disposable {
  readonly tree: FileTree;
  readonly actions: FileActions;
  tabs = $state.raw<readonly OpenFile[]>([]);
  active = $state.raw<OpenFile | null>(null);
  /** The search stands in the place of the tree. */
  searching = $state(false);
  /** Long lines are wrapped. */
  wrap = $state(readWrap());
  /** Why changes on the disk are not noticed, in words. */
  deaf = $state<string | null>(null);
  readonly dirty = $derived(this.tabs.filter((file) => file.dirty));
  readonly #watch: FileWatch;
  readonly #draftTimers = new Map<OpenFile, ReturnType<typeof setTimeout>>();
  /** The last look at each file that is being read. */
  readonly #looks = new Map<OpenFile, Promise<void>>();
  #marksTimer: ReturnType<typeof setTimeout> | null = null;
  #restored = false;

  constructor(
    readonly app: App,
    readonly projectId: ProjectId,
  ) {
    this.tree = new FileTree(app.client, projectId);
    this.actions = new FileActions(this);
    this.#watch = new FileWatch(app.client, projectId, {
      stands: (added) => this.#stands(added),
      changes: (frame) => this.#changed(frame),
      problem: (problem) => {
        this.deaf = problem;
      },
    });
    const kept = readTabs(projectId);
    this.tree.hidden = kept.hidden;
    void this.tree.open('');
    void this.tree.readMarks();
    void this.#restore(kept);
  }

  /** What the watch has to hear of. Reactive: called in an effect. */
  follow(): void {
    const folders = this.tree.openFolders;
    const files = this.tabs.map(({ path }) => path);
    // What git tracks and what it has noted changes with commits and checkouts.
    const git = ['.git/HEAD', '.git/index'];
    this.#watch.want({ folders, files: [...files, ...git] });
  }

  /** What is found again at the next visit. Reactive: called in an effect. */
  keep(): void {
    const tabs = this.tabs.map(({ path, pinned }) => ({ path, pinned }));
    const kept = { tabs, active: this.active?.path ?? null, hidden: this.tree.hidden };
    if (this.#restored) keepTabs(this.projectId, kept);
    writeWrap(this.wrap);
  }

  /** Shows a file: in the tab for previews unless it is `pinned` or open already. */
  async open(path: string, options: { pinned?: boolean; place?: Place | null } = {}): Promise<OpenFile> {
    const known = this.tabs.find((tab) => tab.path === path);
    const file = known ?? this.#newTab(path, options.pinned ?? false);
    if (options.pinned) file.pinned = true;
    if (options.place) file.goTo = options.place;
    this.active = file;
    if (!known || file.problem !== null) await this.read(file);
    return file;
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
      const signal = AbortSignal.timeout(LIMIT_MS);
      const content = await this.app.client.files.read({ projectId: this.projectId, path }, { signal });
      if (file.endLook(look) && file.path === path) file.take(content);
    } catch (error) {
      const isGone = error instanceof Error && 'code' in error && error.code === 'NOT_FOUND';
      if (file.endLook(look) && (isGone || !file.content)) file.lost(explain(error));
    }
  }

  /** Closes without asking. */
  drop(file: OpenFile): void {
    const at = this.tabs.indexOf(file);
    if (at < 0) return;
    this.tabs = this.tabs.filter((tab) => tab !== file);
    if (this.active === file) this.active = this.tabs[at] ?? this.tabs[at - 1] ?? null;
    this.#forgetDraft(file);
  }

  /** A file or folder has another name now: what is open of it goes along. */
  moved(from: string, to: string): void {
    for (const file of this.tabs) {
      if (!isBelow(file.path, from)) continue;
      this.#forgetDraft(file);
      file.path = to + file.path.slice(from.length);
      if (file.dirty) this.edited(file);
    }
  }

  /** Steps to the next open file, around. */
  step(by: number): void {
    const { tabs, active } = this;
    if (!active || tabs.length < 2) return;
    this.active = tabs[(tabs.indexOf(active) + by + tabs.length) % tabs.length] ?? active;
  }

  /** Everything anew: after a gap, or when the person asks. */
  async refresh(): Promise<void> {
    void this.tree.readMarks();
    await Promise.all([this.tree.refresh(), ...this.tabs.map((file) => this.read(file))]);
  }

  readonly edited = (file: OpenFile): void => {
    const before = this.#draftTimers.get(file);
    if (before) clearTimeout(before);
    this.#draftTimers.set(
      file,
      setTimeout(() => this.#keepDraft(file), DRAFT_MS),
    );
  };

  [Symbol.dispose](): void {
    for (const file of [...this.#draftTimers.keys()]) this.#keepDraft(file);
    if (this.#marksTimer !== null) clearTimeout(this.#marksTimer);
    this.#watch[Symbol.dispose]();
  }

  #newTab(path: string, pinned: boolean): OpenFile {
    const file = new OpenFile(path, this.edited);
    file.pinned = pinned;
    const preview = pinned ? null : this.tabs.find((tab) => !tab.pinned && !tab.dirty);
    if (preview) this.tabs = this.tabs.map((tab) => (tab === preview ? file : tab));
    else this.tabs = [...this.tabs, file];
    return file;
  }

  async #restore(kept: ReturnType<typeof readTabs>): Promise<void> {
    const unsaved = await drafts.all(this.projectId);
    const paths = new Map(kept.tabs.map(({ path, pinned }) => [path, pinned]));
    for (const { path } of unsaved) paths.set(path, true);
    const files = [...paths].map(([path, pinned]) => {
      const file = this.tabs.find((tab) => tab.path === path) ?? this.#newTab(path, true);
      file.pinned ||= pinned;
      if (!pinned) file.pinned = false;
      return file;
    });
    this.#restored = true;
    this.active ??= files.find(({ path }) => path === kept.active) ?? files[0] ?? null;
    await Promise.all(
      files.map(async (file) => {
        await this.read(file);
        const draft = unsaved.find(({ path }) => path === file.path);
        if (!draft || file.dirty) return;
        file.restore(draft.content, draft.version);
        if (!file.dirty) this.#forgetDraft(file);
      }),
    );
  }

  #stands(added: Watched | null): void {
    this.deaf = null;
    if (added === null) {
      void this.refresh();
      return;
    }
    this.tree.reread(added.folders);
    for (const file of this.tabs) if (added.files.includes(file.path)) void this.read(file);
  }

  #changed(frame: FilesFrame & { kind: 'changes' }): void {
    if (frame.more) {
      void this.refresh();
      return;
    }
    this.tree.reread(frame.changes.map(({ path }) => folderOf(path)));
    const changed = new Set(frame.changes.map(({ path }) => path));
    for (const file of this.tabs) if (changed.has(file.path)) void this.read(file);
    this.#marksTimer ??= setTimeout(() => {
      this.#marksTimer = null;
      void this.tree.readMarks();
    }, MARKS_MS);
  }

  #keepDraft(file: OpenFile): void {
    const timer = this.#draftTimers.get(file);
    if (timer) clearTimeout(timer);
    this.#draftTimers.delete(file);
    const { projectId } = this;
    const { path, version } = file;
    if (file.dirty) void drafts.keep({ projectId, path, content: file.text, version, at: Date.now() });
    else void drafts.forget(projectId, path);
  }

  #forgetDraft(file: OpenFile): void {
    const timer = this.#draftTimers.get(file);
    if (timer) clearTimeout(timer);
    this.#draftTimers.delete(file);
    void drafts.forget(this.projectId, file.path);
  }
}
