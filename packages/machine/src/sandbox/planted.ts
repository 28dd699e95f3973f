import {
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { dangerousKeys } from './git-config.ts';
import { findRepository } from './git-places.ts';
import type { SandboxRecord } from './leftovers.ts';
import { stateOf } from './leftovers.ts';
import { nestedRepositories } from './nested-repositories.ts';

/** Something that a run put where a program outside would follow it. */
export interface Planted {
  readonly path: string;
  /** Where it is now; null: it could not be moved. */
  readonly movedTo: string | null;
}

/**
 * Moves aside what appeared during a run at places where vendors' programs or git look for orders, and which no mount could hold because
 * there was nothing. Safe to repeat.
 */
export async function takePlanted(
  { watch, repositories }: Pick<SandboxRecord, 'watch' | 'repositories'>,
  quarantine: string,
): Promise<Planted[]> {
  const planted: Planted[] = [];
  for (const { root, before } of repositories) {
    const guarded = [...before, findRepository(root)?.commonDir];
    for (const dotGit of nestedRepositories(root)) {
      if (before.includes(dotGit) || isWorktreeOf(guarded, dotGit)) continue;
      planted.push(...(await defuseRepository(dotGit, quarantine)));
    }
  }
  for (const { path, before } of watch) {
    const now = stateOf(path);
    if (now === null) continue;
    // Is looked at only where there was no repository, though perhaps a folder of that name.
    if (basename(path) === '.git') planted.push(...(await defuseRepository(path, quarantine)));
    else if (now !== before) planted.push(moveAside(path, quarantine));
  }
  return planted;
}

/** A worktree that the run made of a repository whose hooks and settings were guarded: it has none of its own. */
function isWorktreeOf(guarded: readonly (string | undefined)[], dotGit: string): boolean {
  if (!lstatSync(dotGit).isFile()) return false;
  const found = findRepository(join(dotGit, '..'));
  return found !== null && found.gitDir !== found.commonDir && guarded.includes(found.commonDir);
}

/** A repository that was made during a run stays, without its hooks and without settings that make git run something. */
async function defuseRepository(dotGit: string, quarantine: string): Promise<Planted[]> {
  // As a file or a link it leads to settings that were not looked at.
  if (!lstatSync(dotGit).isDirectory()) return [moveAside(dotGit, quarantine)];
  const found = findRepository(join(dotGit, '..'));
  if (!found) return [];
  const planted: Planted[] = [];
  const hooks = join(dotGit, 'hooks');
  const isLink = lstatSync(hooks, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
  if (isLink) planted.push(moveAside(hooks, quarantine));
  else {
    for (const name of existsSync(hooks) ? readdirSync(hooks) : []) {
      if (!name.endsWith('.sample')) planted.push(moveAside(join(hooks, name), quarantine));
    }
  }
  for (const name of ['commondir', 'config.worktree']) {
    const path = join(dotGit, name);
    if (stateOf(path) !== null) planted.push(moveAside(path, quarantine));
  }
  const config = join(dotGit, 'config');
  if (stateOf(config) !== null) {
    const keys = await dangerousKeys(config);
    if (keys === null || keys.length > 0) planted.push(moveAside(config, quarantine));
    else ownFile(config);
  }
  return planted;
}

/** By a hard link that it keeps elsewhere in the project a later run could write settings that are guarded by then. */
function ownFile(path: string): void {
  const { nlink, mode } = lstatSync(path);
  if (nlink === 1) return;
  const copy = `${path}.${crypto.randomUUID()}`;
  writeFileSync(copy, readFileSync(path), { flag: 'wx', mode: mode & 0o777 });
  renameSync(copy, path);
}

function moveAside(path: string, quarantine: string): Planted {
  const target = join(quarantine, `${basename(path)}.${crypto.randomUUID().slice(0, 8)}`);
  try {
    mkdirSync(quarantine, { recursive: true, mode: 0o700 });
    try {
      renameSync(path, target);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EXDEV') throw error;
      cpSync(path, target, { recursive: true, verbatimSymlinks: true });
      rmSync(path, { recursive: true, force: true });
    }
    return { path, movedTo: target };
  } catch {
    return { path, movedTo: null }; // said to the person, who must look at it
  }
}
