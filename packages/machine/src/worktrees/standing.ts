import { lstat, readFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { absent, real } from './place.ts';

/** A worktree that names its repository and is named by it. */
export interface ProvenWorktree {
  readonly kind: 'worktree';
  /** Real. git's own folder of this worktree: its HEAD and index. */
  readonly gitDir: string;
  /** Real. The repository's. */
  readonly commonDir: string;
  /** Why git, or the person, locked it. */
  readonly locked: string | null;
}

/** What a folder is to git. */
export type Standing =
  | ProvenWorktree
  /** It says that it is a worktree, and no repository says so: that is gone, or was told to forget it, or the folder is a copy. */
  | { readonly kind: 'unknown'; readonly commonDir: string | null }
  | { readonly kind: 'none' };

const MAX_POINTER_BYTES = 8_192;
/** git's own word in a worktree that it is still making. */
export const INITIALIZING = 'initializing';

/** Reads both sides of what makes a folder a worktree; runs nothing. `path` is real and a folder. */
export async function standingOf(path: string): Promise<Standing> {
  const pointer = await pointerOf(join(path, '.git'));
  const target = pointer?.startsWith('gitdir:') ? resolve(path, pointer.slice('gitdir:'.length).trim()) : null;
  if (target === null || basename(dirname(target)) !== 'worktrees') return { kind: 'none' };
  const common = dirname(dirname(target));
  const [gitDir, commonDir] = await Promise.all([
    real(target),
    isRepository(common).then((is) => (is ? real(common) : null)),
  ]);
  if (gitDir === null || commonDir === null || dirname(dirname(gitDir)) !== commonDir)
    return { kind: 'unknown', commonDir };
  const [back, up] = await Promise.all([pointerOf(join(gitDir, 'gitdir')), pointerOf(join(gitDir, 'commondir'))]);
  const backPath = back === null ? null : resolve(gitDir, back);
  const isNamed = backPath !== null && basename(backPath) === '.git' && (await real(dirname(backPath))) === path;
  const isSame = up !== null && (await real(resolve(gitDir, up))) === commonDir;
  if (!isNamed || !isSame) return { kind: 'unknown', commonDir };
  return { kind: 'worktree', gitDir, commonDir, locked: await pointerOf(join(gitDir, 'locked')) };
}

/** The folder that a person calls the repository; of a bare one that is git's own. */
export function mainFolder(commonDir: string): string {
  return basename(commonDir) === '.git' ? dirname(commonDir) : commonDir;
}

async function isRepository(dir: string): Promise<boolean> {
  const [head, objects] = await Promise.all([
    lstat(join(dir, 'HEAD')).catch(absent),
    lstat(join(dir, 'objects')).catch(absent),
  ]);
  return head !== null && objects !== null;
}

/** The text of a small file, trimmed; null when it is none. */
async function pointerOf(file: string): Promise<string | null> {
  const stat = await lstat(file).catch(absent);
  if (!stat?.isFile() || stat.size > MAX_POINTER_BYTES) return null;
  return (await readFile(file, 'utf8').catch(absent))?.trim() ?? null;
}
