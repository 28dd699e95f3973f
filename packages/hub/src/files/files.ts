import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import {
  FileContent,
  FileList,
  FileMark,
  FileRenamed,
  type FilesFrame,
  FileTrashed,
  FileWritten,
  FoundLine,
  type ProjectId,
  RawFile,
} from '@agor/protocol';
import { z } from 'zod';
import type { Machine } from '../core/index.ts';
import { rejected } from '../failure.ts';
import type { FileWatching } from '../watching/index.ts';
import { confine, confineFile } from './confine.ts';
import { RawFileStream } from './raw-file-stream.ts';
import { MAX_CLIENT_WATCHES, watchStream } from './watch-stream.ts';

const Folders = z.object({
  path: z.string(),
  parent: z.string().nullable(),
  folders: z.array(z.object({ name: z.string(), isRepo: z.boolean() })),
});
export type Folders = z.infer<typeof Folders>;
const Found = z.object({ found: z.array(FoundLine), more: z.boolean() });
const Marks = z.record(z.string(), FileMark);
/** Large folders take their time to be deleted. In ms. */
const DELETE_MS = 150_000;

export interface FilesOptions {
  readonly machine: Pick<Machine, 'request'>;
  readonly watching: Pick<FileWatching, 'watchFiles'>;
  /** A project's folder; throws `Failure` NOT_FOUND when there is no such project. */
  readonly rootOf: (id: ProjectId) => string;
  readonly defaultFolder: () => string;
}

/** The files of projects, through the machine that has them. What changes something is confined by the machine alone: it holds the folder open. */
export class Files {
  #watches = 0;

  constructor(private readonly options: FilesOptions) {}

  async list(project: ProjectId, path: string, hidden: boolean): Promise<FileList> {
    const place = confine(this.options.rootOf(project), path);
    return FileList.parse(await this.#ask('files.list', { ...place, hidden }));
  }

  async read(project: ProjectId, path: string): Promise<FileContent> {
    const place = confineFile(this.options.rootOf(project), path);
    return FileContent.parse(await this.#ask('files.read', place));
  }

  async write(project: ProjectId, path: string, content: string, expected: string | null): Promise<FileWritten> {
    return FileWritten.parse(await this.#ask('files.write', { ...this.#place(project, path), content, expected }));
  }

  async create(project: ProjectId, path: string, kind: 'file' | 'folder'): Promise<void> {
    await this.#ask('files.create', { ...this.#place(project, path), kind });
  }

  async rename(project: ProjectId, from: string, to: string, overwrite: boolean): Promise<FileRenamed> {
    const root = this.options.rootOf(project);
    return FileRenamed.parse(await this.#ask('files.rename', { root, from, to, overwrite }));
  }

  async trash(project: ProjectId, path: string, permanently: boolean): Promise<FileTrashed> {
    const params = { ...this.#place(project, path), permanently };
    return FileTrashed.parse(await this.options.machine.request('files.trash', params, { timeoutMs: DELETE_MS }));
  }

  async restore(project: ProjectId, restoreId: string): Promise<void> {
    await this.#ask('files.restore', { root: this.options.rootOf(project), restoreId });
  }

  async marks(project: ProjectId): Promise<Record<string, FileMark>> {
    return Marks.parse(await this.#ask('files.marks', { root: this.options.rootOf(project) }));
  }

  async find(project: ProjectId, query: string, limit: number): Promise<string[]> {
    const { root } = confine(this.options.rootOf(project), '');
    return z.array(z.string()).parse(await this.#ask('files.find', { root, query, limit }));
  }

  async search(project: ProjectId, query: string, signal?: AbortSignal): Promise<z.infer<typeof Found>> {
    const params = { root: this.options.rootOf(project), query };
    return Found.parse(await this.options.machine.request('files.search', params, { signal }));
  }

  /** Until `signal` aborts. Throws `Failure` REJECTED beyond MAX_CLIENT_WATCHES, and for patterns that can't be watched. */
  watch(
    project: ProjectId,
    what: { readonly patterns: readonly string[]; readonly files: readonly string[] },
    signal: AbortSignal | undefined,
  ): AsyncGenerator<FilesFrame, void> {
    if (this.#watches >= MAX_CLIENT_WATCHES) {
      throw rejected(
        `Windows watch at most ${MAX_CLIENT_WATCHES} things at once. Close files or tabs that you don't need.`,
      );
    }
    const ended = () => {
      this.#watches--;
    };
    const stream = watchStream(this.options.watching, { in: project, ...what, folders: true }, signal, ended);
    this.#watches++;
    return stream;
  }

  /** A file as it is. Throws `Failure`. */
  async raw(project: ProjectId, path: string): Promise<RawFileStream> {
    const place = this.#place(project, path);
    return new RawFileStream(this.options.machine, place, RawFile.parse(await this.#ask('files.raw', place)));
  }

  /** For the "Add project" dialog: any folder, for the person chooses where projects are. Empty: where they usually begin. */
  async folders(path: string): Promise<Folders> {
    const start = path === '' ? this.options.defaultFolder() || homedir() : path;
    const full = start === '~' || start.startsWith('~/') ? join(homedir(), start.slice(1)) : start;
    if (!isAbsolute(full)) throw rejected(`${JSON.stringify(path)} is no absolute path.`);
    return Folders.parse(await this.#ask('files.folders', { path: resolve(full) }));
  }

  #place(project: ProjectId, path: string): { readonly root: string; readonly path: string } {
    return { root: this.options.rootOf(project), path };
  }

  #ask(method: string, params: unknown): Promise<unknown> {
    return this.options.machine.request(method, params);
  }
}
