import type { ProjectId } from '@agor/protocol';
import { SvelteMap } from 'svelte/reactivity';
import type { HubClient } from '../../../state/client.ts';
import { explain } from '../../../state/commands.svelte.ts';
import { type Folder, type TreeRow, treeRows } from './tree-rows.logic.ts';

/** Open folders at once. At it, no further one opens until another is closed. */
const MAX_OPEN_FOLDERS = 500;
const LIMIT_MS = 20_000;

/** The files of a project as a tree that is read folder by folder. A closed folder is forgotten and read anew when it is opened. */
export class FileTree {
  /** Open folders by path; the root is ''. */
  readonly #open = new SvelteMap<string, Folder>();
  /** The path of the row that the keys act on. */
  cursor = $state<string | null>(null);
  readonly rows: readonly TreeRow[] = $derived(treeRows(this.#open));
  readonly root = $derived(this.#open.get(''));

  constructor(
    private readonly client: HubClient,
    private readonly project: ProjectId,
  ) {
    void this.open('');
  }

  isOpen(path: string): boolean {
    return this.#open.has(path);
  }

  async open(path: string): Promise<void> {
    if (this.#open.size >= MAX_OPEN_FOLDERS && !this.#open.has(path)) return;
    const before = this.#open.get(path)?.entries ?? null;
    const reading: Folder = { entries: before, problem: null };
    this.#open.set(path, reading);
    const read = await this.#read(path);
    // Closed or read again meanwhile: the later one wins.
    if (this.#open.get(path) === reading) this.#open.set(path, read);
  }

  close(path: string): void {
    for (const open of this.#open.keys()) if (open === path || open.startsWith(`${path}/`)) this.#open.delete(open);
  }

  toggle(path: string): void {
    if (this.isOpen(path)) this.close(path);
    else void this.open(path);
  }

  /** Reads every open folder again. */
  async refresh(): Promise<void> {
    await Promise.all([...this.#open.keys()].map((path) => this.open(path)));
  }

  async #read(path: string): Promise<Folder> {
    try {
      const signal = AbortSignal.timeout(LIMIT_MS);
      const { entries } = await this.client.files.list({ projectId: this.project, path }, { signal });
      return { entries, problem: null };
    } catch (error) {
      return { entries: null, problem: explain(error) };
    }
  }
}
