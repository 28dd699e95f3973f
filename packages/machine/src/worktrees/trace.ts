import { createHash, type Hash } from 'node:crypto';
import { lstat, readdir } from 'node:fs/promises';
import { absent } from './place.ts';

/** Beyond so many files one that changes between a question and its answer goes unnoticed; the folder was named then. */
const MAX_TRACED = 50_000;

/** Stands for the state of files: name, kind, size, time of change. Their content is not read. */
export class Trace {
  readonly #hash: Hash = createHash('sha256');
  readonly #root: Buffer;
  #left = MAX_TRACED;

  /** @param root the real folder to which paths are relative */
  constructor(root: string) {
    this.#root = Buffer.from(`${root}/`);
  }

  word(word: string): void {
    this.#hash.update(`${word}\0`);
  }

  /** A file, or a folder with all that is in it. Paths are latin1, as `Status` has them. */
  async path(path: string): Promise<void> {
    if (this.#left-- <= 0) return;
    const stat = await lstat(this.#full(path), { bigint: true }).catch(absent);
    this.word(stat === null ? `${path} -` : `${path} ${stat.mode} ${stat.size} ${stat.mtimeNs}`);
    if (stat?.isDirectory()) await this.below(path.endsWith('/') ? path : `${path}/`);
  }

  /** All that is in a folder; its path ends with `/`, or is empty for the root. */
  async below(folder: string): Promise<void> {
    const names = await readdir(this.#full(folder), { encoding: 'buffer' }).catch((error: NodeJS.ErrnoException) => {
      this.word(`${error.code}`); // not ours to read: it is named as a whole
      return [];
    });
    for (const name of names.map((one) => one.toString('latin1')).sort()) await this.path(folder + name);
  }

  #full(path: string): Buffer {
    return Buffer.concat([this.#root, Buffer.from(path, 'latin1')]);
  }

  digest(): string {
    return this.#hash.digest('hex').slice(0, 32);
  }
}
