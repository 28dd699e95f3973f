import type { FilesFrame, ProjectId } from '@agor/protocol';
import type { App } from '../../../state/app.svelte.ts';
import { drafts } from './drafts.ts';
import { FileActions } from './file-actions.svelte.ts';
import { FileDesk } from './file-desk.ts';
import { folderOf, isBelow } from './file-kind.logic.ts';
import { FileWatch, type Watched } from './file-watch.ts';
import { keepTabs, readTabs } from './kept-tabs.ts';
import { readWrap, writeWrap } from './kept-wrap.ts';
import type { OpenFile, Place } from './open-file.svelte.ts';
import { FileTree } from './tree/file-tree.svelte.ts';

/** A pause after which git is asked again. In ms. */
const MARKS_MS = 800;

/** The Files tab of one project, or of a worktree of its: its tree, the files that are open, and what the disk tells of both. */
export class ProjectFiles implements Disposable {
  readonly tree: FileTree;
  readonly desk: FileDesk;
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
  #marksTimer: ReturnType<typeof setTimeout> | null = null;
  #restored = false;

  constructor(
    readonly app: App,
    /** Whose box shows them. */
    readonly owner: ProjectId,
    /** What the hub is asked with: the project, or a session with a worktree. */
    readonly projectId: ProjectId,
  ) {
    this.tree = new FileTree(app.client, projectId);
    this.desk = new FileDesk(app, projectId, drafts);
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
    if (!known || file.problem !== null) await this.desk.read(file);
    return file;
  }

  /** Closes without asking. */
  drop(file: OpenFile): void {
    const at = this.tabs.indexOf(file);
    if (at < 0) return;
    this.tabs = this.tabs.filter((tab) => tab !== file);
    if (this.active === file) this.active = this.tabs[at] ?? this.tabs[at - 1] ?? null;
    this.desk.forget(file);
  }

  /** A file or folder has another name now: what is open of it goes along. */
  moved(from: string, to: string): void {
    for (const file of this.tabs) {
      if (!isBelow(file.path, from)) continue;
      this.desk.forget(file);
      file.path = to + file.path.slice(from.length);
      if (file.dirty) this.desk.edited(file);
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
    await Promise.all([this.tree.refresh(), ...this.tabs.map((file) => this.desk.read(file))]);
  }

  [Symbol.dispose](): void {
    this.desk[Symbol.dispose]();
    if (this.#marksTimer !== null) clearTimeout(this.#marksTimer);
    this.#watch[Symbol.dispose]();
  }

  #newTab(path: string, pinned: boolean): OpenFile {
    const file = this.desk.take(path);
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
        await this.desk.read(file);
        await this.desk.restore(file);
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
    for (const file of this.tabs) if (added.files.includes(file.path)) void this.desk.read(file);
  }

  #changed(frame: FilesFrame & { kind: 'changes' }): void {
    if (frame.more) {
      void this.refresh();
      return;
    }
    this.tree.reread(frame.changes.map(({ path }) => folderOf(path)));
    const changed = new Set(frame.changes.map(({ path }) => path));
    for (const file of this.tabs) if (changed.has(file.path)) void this.desk.read(file);
    this.#marksTimer ??= setTimeout(() => {
      this.#marksTimer = null;
      void this.tree.readMarks();
    }, MARKS_MS);
  }
}
