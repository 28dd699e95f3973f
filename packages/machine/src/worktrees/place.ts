import { lstat, mkdir, realpath } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, normalize } from 'node:path';
import { err, ok, type Result } from '@agor/runtime';

/** A folder that may be a worktree of agor's: a direct child of the folder of worktrees, itself no link. */
export interface WorktreePlace {
  /** The real folder of worktrees. */
  readonly root: string;
  readonly name: string;
  /** The real path. */
  readonly path: string;
  readonly isThere: boolean;
}

/** Makes the folder of worktrees if it is not there. Fails with words for the person. */
export async function makeRoot(worktreesDir: string): Promise<Result<null, string>> {
  try {
    await mkdir(worktreesDir, { recursive: true, mode: 0o700 });
    return ok(null);
  } catch (error) {
    return err(`the folder of worktrees ${worktreesDir} cannot be made (${(error as Error).message})`);
  }
}

/**
 * Where a path lies, if it may be a worktree of agor's. The folder of worktrees may be a link of the person's; nothing below it may. Names
 * that begin with a dot are agor's own.
 */
export async function worktreePlace(worktreesDir: string, path: string): Promise<Result<WorktreePlace, string>> {
  const outside = err(`${path} is no folder of its own in ${worktreesDir}, the only place where agor keeps worktrees`);
  if (!isAbsolute(path) || path.includes('\0') || path.endsWith('/') || normalize(path) !== path) return outside;
  const name = basename(path);
  if (name === '' || name.startsWith('.')) return outside;
  const root = await real(worktreesDir);
  if (root === null || (await real(dirname(path))) !== root) return outside;
  const full = join(root, name);
  const stat = await lstat(full).catch(absent);
  if (stat === null) return ok({ root, name, path: full, isThere: false });
  if (!stat.isDirectory())
    return err(`${path} is no folder: a ${stat.isSymbolicLink() ? 'link' : 'file'} is in its place`);
  return ok({ root, name, path: full, isThere: true });
}

/** Null when nothing is there. */
export async function real(path: string): Promise<string | null> {
  return realpath(path).catch(absent);
}

/** For `catch`: what is not there is an answer. */
export function absent(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR' || error.code === 'ELOOP') return null;
  throw error;
}
