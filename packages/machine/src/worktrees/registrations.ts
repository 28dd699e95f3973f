import { lstat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { err, ok, type Result } from '@agor/runtime';
import { type Git, saying } from './git.ts';
import { absent, real } from './place.ts';
import { INITIALIZING } from './standing.ts';

/** What a repository knows of one of its worktrees. */
export interface Registration {
  /** As git writes it. */
  readonly path: string;
  readonly head: string | null;
  /** Null: detached. */
  readonly branch: string | null;
  /** Why; empty without a reason. Null: not locked. */
  readonly locked: string | null;
}

/** All worktrees that a repository knows, its main folder first. */
export async function registrationsOf(git: Git, cwd: string): Promise<Result<Registration[], string>> {
  const listed = await git.run(['worktree', 'list', '--porcelain'], { cwd });
  if (!listed.ok) return listed;
  if (listed.value.code !== 0) return err(`git does not tell its worktrees (${saying(listed.value)})`);
  return ok(parseRegistrations(listed.value.stdout.toString()));
}

/** Reads `git worktree list --porcelain`. */
export function parseRegistrations(output: string): Registration[] {
  return output.split('\n\n').flatMap((block) => {
    const lines = block.split('\n');
    const value = (name: string): string | null => {
      const found = lines.find((one) => one === name || one.startsWith(`${name} `));
      return found === undefined ? null : found.slice(name.length + 1);
    };
    const path = value('worktree');
    if (path === null) return [];
    const branch = value('branch')?.replace(/^refs\/heads\//, '') ?? null;
    return [{ path, head: value('HEAD'), branch, locked: value('locked') }];
  });
}

/** What the repository knows of a folder, also of one that is not there. `path`: the real parent and the name. */
export async function registrationAt(
  git: Git,
  cwd: string,
  path: string,
): Promise<Result<Registration | null, string>> {
  const all = await registrationsOf(git, cwd);
  if (!all.ok) return all;
  for (const one of all.value) {
    if (basename(one.path) !== basename(path)) continue;
    const parent = await real(dirname(one.path));
    if (parent !== null && join(parent, basename(one.path)) === path) return ok(one);
  }
  return ok(null);
}

/**
 * Lets a repository forget a worktree whose folder is not there. Not by `git worktree prune`, which would forget the person's own ones, too,
 * that lie on a disk which is not there now. One that is locked is refused, unless git was still making it or `unlock` says so. Only in the
 * repository's turn: what is made in the folder's place meanwhile git would take away.
 */
export async function forget(
  git: Git,
  cwd: string,
  { path, locked }: Registration,
  { unlock = false } = {},
): Promise<Result<null, string>> {
  // Of a folder that is there git would delete what is ignored in it.
  if ((await lstat(path).catch(absent)) !== null) return err(`${path} is there again`);
  if (locked === INITIALIZING || (unlock && locked !== null)) await git.run(['worktree', 'unlock', path], { cwd });
  const forgotten = await git.run(['worktree', 'remove', path], { cwd });
  if (!forgotten.ok) return forgotten;
  // Somebody else may have been first.
  if (forgotten.value.code === 0 || /is not a working tree/.test(forgotten.value.words)) return ok(null);
  return err(`git does not forget its worktree ${path} (${saying(forgotten.value)})`);
}
