import { folderOf, isBelow, nameOf } from './file-kind.logic.ts';
import type { OpenFile } from './open-file.svelte.ts';
import type { ProjectFiles } from './project-files.svelte.ts';

/** Something to be asked before it is done. */
export type Question =
  | { readonly kind: 'close'; readonly files: readonly OpenFile[] }
  | { readonly kind: 'trash'; readonly path: string; readonly isDir: boolean }
  | { readonly kind: 'delete'; readonly path: string; readonly reason: string }
  | { readonly kind: 'replace'; readonly from: string; readonly to: string };

const UNDO_MS = 12_000;

/** What menus, keys and buttons of the Files tab do. What could lose something is asked for first, by `question`. */
export class FileActions {
  question = $state.raw<Question | null>(null);

  constructor(private readonly files: ProjectFiles) {}

  /** Closes; asks first when something is unsaved. */
  close(files: readonly OpenFile[]): void {
    const unsaved = files.filter((file) => file.dirty);
    for (const file of files) if (!file.dirty) this.files.drop(file);
    if (unsaved.length > 0) this.question = { kind: 'close', files: unsaved };
  }

  async closeSaved(files: readonly OpenFile[]): Promise<void> {
    this.question = null;
    for (const file of files) if (await this.files.desk.save(file)) this.files.drop(file);
  }

  closeUnsaved(files: readonly OpenFile[]): void {
    this.question = null;
    for (const file of files) this.files.drop(file);
  }

  /** Begins to name a new file or folder in the tree: in the folder of the cursor. */
  async beginNew(kind: 'file' | 'folder', parent = this.#folderAtCursor()): Promise<void> {
    const { tree } = this.files;
    if (!tree.isOpen(parent)) await tree.open(parent);
    tree.editing = { kind, parent };
  }

  /** The name was typed: makes or renames. */
  async named(name: string): Promise<void> {
    const { tree } = this.files;
    const { editing } = tree;
    tree.editing = null;
    const typed = name.trim().replace(/^\/+|\/+$/g, '');
    if (!editing || typed === '') return;
    if (editing.kind === 'rename') {
      const folder = folderOf(editing.path);
      await this.move(editing.path, folder ? `${folder}/${typed}` : typed);
    } else await this.#create(editing.parent ? `${editing.parent}/${typed}` : typed, editing.kind);
  }

  async move(from: string, to: string, overwrite = false): Promise<void> {
    this.question = null;
    if (from === to) return;
    const { app, projectId, tree } = this.files;
    const what = 'It was not renamed';
    const moved = await app.commands.run(`files:move:${projectId}:${from}`, what, (commandId, options) =>
      app.client.files.rename({ commandId, projectId, from, to, overwrite }, options),
    );
    if (!moved.ok) return;
    if (moved.value.kind === 'exists') {
      if (moved.value.isDir) this.#tell('error', what, `There is a folder ${to} already.`);
      else this.question = { kind: 'replace', from, to };
      return;
    }
    this.files.moved(from, to);
    tree.reread([folderOf(from), folderOf(to)]);
    await tree.reveal(to);
  }

  askTrash(path: string, isDir: boolean): void {
    this.question = { kind: 'trash', path, isDir };
  }

  /** To the trash; `permanently` only after the person was asked for just that. */
  async trash(path: string, permanently = false): Promise<void> {
    this.question = null;
    const { app, projectId, tree } = this.files;
    const trashed = await app.commands.run(
      `files:trash:${projectId}:${path}`,
      'It was not deleted',
      (commandId, options) => app.client.files.trash({ commandId, projectId, path, permanently }, options),
    );
    if (!trashed.ok) return;
    if (trashed.value.kind === 'noTrash') {
      this.question = { kind: 'delete', path, reason: trashed.value.reason };
      return;
    }
    // What has unsaved words stays open, and says that its file is gone.
    for (const file of this.files.tabs) if (isBelow(file.path, path) && !file.dirty) this.files.drop(file);
    tree.reread([folderOf(path)]);
    if (trashed.value.kind === 'deleted') return;
    const { restoreId } = trashed.value;
    const undo = restoreId === null ? {} : { onopen: () => void this.#restore(restoreId, path) };
    const body = restoreId === null ? '' : 'Click to put it back.';
    this.#tell('success', `${nameOf(path)} is in the trash`, body, undo);
  }

  async #restore(restoreId: string, path: string): Promise<void> {
    const { app, projectId, tree } = this.files;
    const restored = await app.commands.run(
      `files:restore:${projectId}:${path}`,
      'It was not put back',
      (commandId, options) => app.client.files.restore({ commandId, projectId, restoreId }, options),
    );
    if (!restored.ok) return;
    tree.reread([folderOf(path)]);
    await tree.reveal(path);
  }

  async #create(path: string, kind: 'file' | 'folder'): Promise<void> {
    const { app, projectId, tree } = this.files;
    const what = `The ${kind} was not made`;
    const made = await app.commands.run(`files:create:${projectId}:${path}`, what, (commandId, options) =>
      app.client.files.create({ commandId, projectId, path, kind }, options),
    );
    if (!made.ok) return;
    tree.reread([folderOf(path)]);
    await tree.reveal(path);
    if (kind === 'file') await this.files.open(path, { pinned: true });
    else await tree.open(path);
  }

  #folderAtCursor(): string {
    const { cursor, rows } = this.files.tree;
    const row = rows.find(({ path }) => path === cursor);
    if (row?.kind !== 'entry') return '';
    return row.entry.isDir ? row.path : folderOf(row.path);
  }

  #tell(level: 'error' | 'success', title: string, body: string, more: { onopen?: () => void } = {}): void {
    this.files.app.toasts.add({ id: crypto.randomUUID(), level, title, body, ms: UNDO_MS, ...more });
  }
}
