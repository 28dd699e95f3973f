import { existsSync } from 'node:fs';
import { readdir, realpath } from 'node:fs/promises';
import { dirname, isAbsolute, join } from 'node:path';
import { RequestFailed } from '../requests/index.ts';
import { fileError } from './confine.ts';

const MAX_FOLDERS = 2_000;

export interface Folders {
  readonly path: string;
  readonly parent: string | null;
  readonly folders: readonly { readonly name: string; readonly isRepo: boolean }[];
}

/** The folders in a folder anywhere on this computer, for choosing a project's: names only, hidden ones left out. Throws `RequestFailed`. */
export async function listFolders(path: string): Promise<Folders> {
  if (!isAbsolute(path)) throw new RequestFailed('badParams', `${JSON.stringify(path)} is no absolute path.`);
  try {
    const full = await realpath(path);
    const entries = await readdir(full, { withFileTypes: true });
    const names = entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith('.')).map(({ name }) => name);
    names.sort((a, b) => a.localeCompare(b, 'en', { sensitivity: 'base' }));
    const folders = names.slice(0, MAX_FOLDERS).map((name) => ({ name, isRepo: existsSync(join(full, name, '.git')) }));
    return { path: full, parent: dirname(full) === full ? null : dirname(full), folders };
  } catch (error) {
    throw fileError(error, path);
  }
}
