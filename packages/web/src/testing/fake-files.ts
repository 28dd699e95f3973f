import { contract, type FileContent, type FileEntry, type FileMark, type FilesFrame } from '@agor/protocol';
import { implement, ORPCError } from '@orpc/server';
import { Channel } from './channel.ts';

const folders: Record<string, string[]> = {
  '/home/you': ['code', 'notes'],
  '/home/you/code': ['billing-api', 'worker', 'web-shop'],
  '/home/you/notes': [],
};

/** A small tree of files in memory, the same in every project, that tells its watchers what changes. */
export class FakeFiles {
  readonly content = new Map<string, string>([
    ['README.md', '# billing-api\n\nCharges, invoices, exports.\n'],
    ['src/main.ts', "import { serve } from './server.ts';\n\nserve({ port: 3100 });\n"],
  ]);
  readonly emptyFolders = new Set<string>();
  readonly trashed = new Map<string, string>();
  readonly marks = new Map<string, FileMark>();
  /** What each reading of a file waits for. */
  beforeRead: () => Promise<void> | void = () => {};
  /** False: the trash says that there is none. */
  hasTrash = true;
  /** The project's folder is not there. */
  isGone = false;
  readonly #watchers = new Set<Channel<FilesFrame>>();

  /** As an agent or another program would; undefined removes the file. */
  change(path: string, content: string | undefined): void {
    if (content === undefined) this.content.delete(path);
    else this.content.set(path, content);
    const kind = content === undefined ? ('removed' as const) : ('changed' as const);
    const frame: FilesFrame = { kind: 'changes', changes: [{ path, kind, at: 0, mtimeMs: 0 }], more: false };
    for (const watcher of this.#watchers) watcher.push(frame);
  }

  read(path: string): FileContent | null {
    const content = this.content.get(path);
    if (content === undefined) return null;
    const size = content.length;
    if (/\.(png|pdf|svg)$/.test(path))
      return { kind: 'binary', message: 'No text.', size, version: versionOf(content) };
    const lang = path.endsWith('.md') ? 'markdown' : path.endsWith('.csv') ? 'csv' : 'typescript';
    return { kind: 'text', content, lang, size, version: versionOf(content) };
  }

  list(path: string, hidden: boolean): FileEntry[] {
    const prefix = path ? `${path}/` : '';
    const below = [...this.content.keys(), ...[...this.emptyFolders].map((folder) => `${folder}/`)];
    const children = new Map<string, boolean>();
    for (const found of below) {
      if (!found.startsWith(prefix) || found === prefix) continue;
      const [name = '', ...rest] = found.slice(prefix.length).split('/');
      if (hidden || !name.startsWith('.')) children.set(name, rest.length > 0);
    }
    const entries = [...children].map(([name, isDir]): FileEntry => {
      const full = prefix + name;
      const ext = isDir ? '' : name.slice(name.lastIndexOf('.') + 1);
      return { name, path: full, isDir, size: this.content.get(full)?.length ?? 0, ext };
    });
    return entries.sort((a, b) => Number(b.isDir) - Number(a.isDir) || a.name.localeCompare(b.name));
  }

  async *watch(signal: AbortSignal | undefined): AsyncGenerator<FilesFrame> {
    const channel = new Channel<FilesFrame>();
    channel.push({ kind: 'standing' });
    this.#watchers.add(channel);
    try {
      yield* channel.read(signal);
    } finally {
      this.#watchers.delete(channel);
    }
  }

  /** Moves a file or all below a folder. */
  move(from: string, to: string | null): void {
    for (const [path, content] of [...this.content]) {
      if (path !== from && !path.startsWith(`${from}/`)) continue;
      this.change(path, undefined);
      if (to !== null) this.change(to + path.slice(from.length), content);
    }
    this.emptyFolders.delete(from);
  }

  isThere(path: string): boolean {
    return this.content.has(path) || this.emptyFolders.has(path) || this.list(path, true).length > 0;
  }
}

function versionOf(content: string): string {
  let hash = 0;
  for (let at = 0; at < content.length; at++) hash = (hash * 31 + content.charCodeAt(at)) | 0;
  return `v${content.length}-${hash}`;
}

/** The files of a FakeHub by the contract. */
export function fakeFiles(files: FakeFiles, seen: (name: string, input: unknown) => void) {
  const os = implement(contract).files;
  const ok = { ok: true as const };
  return os.router({
    list: os.list.handler(({ input }) => {
      seen('files.list', input);
      if (files.isGone) throw new ORPCError('NOT_FOUND', { message: 'The folder /code/billing is not there.' });
      return { entries: files.list(input.path, input.hidden), left: 0 };
    }),
    read: os.read.handler(async ({ input }) => {
      await files.beforeRead();
      const content = files.read(input.path);
      if (!content) throw new ORPCError('NOT_FOUND', { message: `There is no file ${input.path}.` });
      return content;
    }),
    write: os.write.handler(({ input: { path, content, expected } }) => {
      seen('files.write', { path, content, expected });
      const now = files.read(path);
      if ((now?.version ?? null) !== expected) return { kind: 'conflict', now };
      files.change(path, content);
      return { kind: 'written', version: versionOf(content), size: content.length };
    }),
    create: os.create.handler(({ input: { path, kind } }) => {
      seen('files.create', { path, kind });
      if (files.isThere(path)) throw new ORPCError('REJECTED', { message: `There is a "${path}" already.` });
      if (kind === 'folder') files.emptyFolders.add(path);
      else files.change(path, '');
      return ok;
    }),
    rename: os.rename.handler(({ input: { from, to, overwrite } }) => {
      seen('files.rename', { from, to, overwrite });
      if (files.isThere(to) && !overwrite) return { kind: 'exists', isDir: !files.content.has(to) };
      files.move(from, to);
      return { kind: 'renamed' };
    }),
    trash: os.trash.handler(({ input: { path, permanently } }) => {
      seen('files.trash', { path, permanently });
      if (!files.hasTrash && !permanently) return { kind: 'noTrash', reason: 'the disk of /mnt has no trash' };
      files.trashed.set(path, files.content.get(path) ?? '');
      files.move(path, null);
      return permanently ? { kind: 'deleted' } : { kind: 'trashed', restoreId: path };
    }),
    restore: os.restore.handler(({ input: { restoreId } }) => {
      seen('files.restore', { restoreId });
      files.change(restoreId, files.trashed.get(restoreId) ?? '');
      return ok;
    }),
    watch: os.watch.handler(({ signal }) => files.watch(signal)),
    marks: os.marks.handler(() => Object.fromEntries(files.marks)),
    find: os.find.handler(({ input }) => [...files.content.keys()].filter((path) => path.includes(input.query))),
    search: os.search.handler(({ input }) => ({
      found: [...files.content].flatMap(([path, content]) =>
        content.split('\n').flatMap((text, at) => {
          const column = text.indexOf(input.query) + 1;
          return column > 0 ? [{ path, line: at + 1, column, text }] : [];
        }),
      ),
      more: false,
    })),
    folders: os.folders.handler(({ input }) => {
      const path = input.path === '' || input.path === '~' ? '/home/you' : input.path.replace(/\/$/, '');
      const inside = folders[path];
      if (!inside) throw new ORPCError('NOT_FOUND', { message: `There is no folder ${path}.` });
      const parent = path === '/home/you' ? null : path.slice(0, path.lastIndexOf('/'));
      return { path, parent, folders: inside.map((name) => ({ name, isRepo: path.endsWith('/code') })) };
    }),
  });
}
