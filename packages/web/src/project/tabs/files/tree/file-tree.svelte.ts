import type { FileMark, ProjectId } from '@agor/protocol';
import { SvelteMap } from 'svelte/reactivity';
import type { HubClient } from '../../../../state/client.ts';
import { explain } from '../../../../state/commands.svelte.ts';
import { folderOf, isBelow } from '../file-kind.logic.ts';
import { type Editing, type Folder, type TreeRow, treeRows } from './tree-rows.logic.ts';

/** Open folders at once. At it, no further one opens until another is closed. */
const MAX_OPEN_FOLDERS = 500;
const LIMIT_MS = 20_000;

/** The files of a project as a tree that is read folder by folder. A closed folder is forgotten and read anew when it is opened. */
export class FileTree {
  /** Open folders by path; the root is ''. */
  readonly #open = new SvelteMap<string, Folder>();
  /** The path of the row that the keys act on. */
  cursor = $state<string | null>(null);
  /** Hidden files are shown. */
  hidden = $state(false);
  /** What is named right now, in the tree. */
  editing = $state.raw<Editing | null>(null);
  #marks = $state.raw<Readonly<Record<string, FileMark>>>({});
  readonly rows: readonly TreeRow[] = $derived(treeRows(this.#open, this.editing));
  readonly root = $derived(this.#open.get(''));
  readonly openFolders: readonly string[] = $derived([...this.#open.keys()]);
  /** Folders in which something differs from git. */
  readonly #markedFolders = $derived(foldersOf(Object.keys(this.#marks)));

  constructor(
    private readonly client: HubClient,
    private readonly project: ProjectId,
  ) {}

  isOpen(path: string): boolean {
    return this.#open.has(path);
  }

  /** How a file differs from what git has; of a folder, that something in it does. */
  markOf(path: string): FileMark | 'inside' | null {
    return this.#marks[path] ?? (this.#markedFolders.has(path) ? 'inside' : null);
  }

  async open(path: string): Promise<void> {
    if (this.#open.size >= MAX_OPEN_FOLDERS && !this.#open.has(path)) return;
    const before = this.#open.get(path);
    const reading: Folder = { entries: before?.entries ?? null, left: before?.left ?? 0, problem: null };
    this.#open.set(path, reading);
    const read = await this.#read(path);
    // Closed or read again meanwhile: the later one wins.
    if (this.#open.get(path) === reading) this.#open.set(path, read);
  }

  close(path: string): void {
    for (const open of this.#open.keys()) if (isBelow(open, path)) this.#open.delete(open);
  }

  closeAll(): void {
    for (const open of this.#open.keys()) if (open !== '') this.#open.delete(open);
  }

  toggle(path: string): void {
    if (this.isOpen(path)) this.close(path);
    else void this.open(path);
  }

  /** Opens the folders above a file, and puts the cursor on it. */
  async reveal(path: string): Promise<void> {
    const parts = folderOf(path).split('/').filter(Boolean);
    for (let at = 0; at <= parts.length; at++) {
      const folder = parts.slice(0, at).join('/');
      if (!this.isOpen(folder)) await this.open(folder);
    }
    this.cursor = path;
  }

  setHidden(hidden: boolean): void {
    this.hidden = hidden;
    void this.refresh();
  }

  /** Reads every open folder again. */
  async refresh(): Promise<void> {
    await Promise.all([...new Set(['', ...this.#open.keys()])].map((path) => this.open(path)));
  }

  /** Something in these folders came or went. */
  reread(folders: Iterable<string>): void {
    for (const folder of new Set(folders)) if (this.isOpen(folder)) void this.open(folder);
  }

  async readMarks(): Promise<void> {
    try {
      const signal = AbortSignal.timeout(LIMIT_MS);
      this.#marks = await this.client.files.marks({ projectId: this.project }, { signal });
    } catch {
      this.#marks = {}; // marks are an extra: a tree without them is a tree
    }
  }

  async #read(path: string): Promise<Folder> {
    try {
      const signal = AbortSignal.timeout(LIMIT_MS);
      const input = { projectId: this.project, path, hidden: this.hidden };
      const { entries, left } = await this.client.files.list(input, { signal });
      return { entries, left, problem: null };
    } catch (error) {
      return { entries: null, left: 0, problem: explain(error) };
    }
  }
}

function foldersOf(paths: readonly string[]): ReadonlySet<string> {
  const folders = new Set<string>();
  for (const path of paths)
    for (let folder = folderOf(path); folder !== '' && !folders.has(folder); folder = folderOf(folder))
      folders.add(folder);
  return folders;
}
