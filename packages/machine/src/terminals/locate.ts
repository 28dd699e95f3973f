import { readlink, realpath, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { isAbsolute, join, relative, resolve, sep } from 'node:path';

export interface Located {
  /** Below the root, `/`-separated, where it really is. */
  readonly path: string;
  readonly isDir: boolean;
}

/**
 * Where a path that a terminal printed leads, if that is in the project: looked for from the folder that the program said it is in, from the one
 * that its shell is in, and from the root. Null for what is not there, or leads out of the root (also by a link).
 */
export async function locate(
  path: string,
  from: { readonly root: string; readonly cwd: string; readonly pid: number },
): Promise<Located | null> {
  const name = path.startsWith('~/') ? join(homedir(), path.slice(2)) : path;
  if (name.includes('\0')) return null;
  const root = await real(from.root);
  if (root === null) return null;
  const bases = isAbsolute(name) ? [root] : [from.cwd, await folderOf(from.pid), root];
  for (const base of new Set(bases)) {
    const full = base === null ? null : await real(resolve(base, name));
    if (full === null || !(full === root || full.startsWith(root.endsWith(sep) ? root : root + sep))) continue;
    const found = await stat(full);
    if (found.isFile() || found.isDirectory()) {
      return { path: relative(root, full).split(sep).join('/'), isDir: found.isDirectory() };
    }
  }
  return null;
}

/** On Linux a shell's folder can be seen, also when it does not tell it. */
async function folderOf(pid: number): Promise<string | null> {
  try {
    return await readlink(`/proc/${pid}/cwd`);
  } catch {
    return null; // it ended, or there is no /proc
  }
}

async function real(path: string): Promise<string | null> {
  try {
    return await realpath(path);
  } catch {
    return null; // not there, or not to be seen: then it is no link
  }
}
