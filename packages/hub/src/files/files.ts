import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import { FileContent, FileEntry, type ProjectId } from '@agor/protocol';
import { z } from 'zod';
import type { Machine } from '../core/index.ts';
import { rejected } from '../failure.ts';
import { confine, confineFile } from './confine.ts';

const Folders = z.object({
  path: z.string(),
  parent: z.string().nullable(),
  folders: z.array(z.object({ name: z.string(), isRepo: z.boolean() })),
});
export type Folders = z.infer<typeof Folders>;

/** The files of projects, through the machine that has them. */
export class Files {
  constructor(
    private readonly machine: Pick<Machine, 'request'>,
    /** A project's folder; throws `Failure` NOT_FOUND when there is no such project. */
    private readonly rootOf: (id: ProjectId) => string,
    private readonly defaultFolder: () => string,
  ) {}

  async list(project: ProjectId, path: string): Promise<FileEntry[]> {
    const place = confine(this.rootOf(project), path);
    return z.array(FileEntry).parse(await this.machine.request('files.list', place));
  }

  async read(project: ProjectId, path: string): Promise<FileContent> {
    const place = confineFile(this.rootOf(project), path);
    return FileContent.parse(await this.machine.request('files.read', place));
  }

  async find(project: ProjectId, query: string, limit: number): Promise<string[]> {
    const { root } = confine(this.rootOf(project), '');
    return z.array(z.string()).parse(await this.machine.request('files.find', { root, query, limit }));
  }

  /** For the "Add project" dialog: any folder, for the person chooses where projects are. Empty: where they usually begin. */
  async folders(path: string): Promise<Folders> {
    const start = path === '' ? this.defaultFolder() || homedir() : path;
    const full = start === '~' || start.startsWith('~/') ? join(homedir(), start.slice(1)) : start;
    if (!isAbsolute(full)) throw rejected(`${JSON.stringify(path)} is no absolute path.`);
    return Folders.parse(await this.machine.request('files.folders', { path: resolve(full) }));
  }
}
