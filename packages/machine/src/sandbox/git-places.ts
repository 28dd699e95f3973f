import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { gitConfigPlaces } from './git-config.ts';
import { nestedRepositories } from './nested-repositories.ts';
import { isWithin } from './policy.ts';

/** What git needs of a project, and what must stay as it is: code that git would run later, outside of any sandbox. */
export interface GitPlaces {
  /** The repository's own folders and the worktrees that belong to it. */
  readonly write: string[];
  /** What the person's configuration includes, and repositories that this one borrows objects from. */
  readonly read: string[];
  readonly guard: string[];
  /** The main folder's HEAD and index, for a worktree, which has its own. Guarded, they hold until the person's git renews them. */
  readonly main: string[];
  /** Folders that are to be guarded but are not there. */
  readonly missingFolders: string[];
  /** Files that give orders to git but are not there. */
  readonly missingFiles: string[];
}

/** More worktrees or submodules than this are not looked at; the rest then cannot be written at all. */
const MAX_CHILDREN = 500;
const MAX_MODULE_DEPTH = 4;

/** Looks at the repository that `folder` lies in, if there is one. Runs `git config`, nothing else. */
export async function gitPlaces(
  folder: string,
  home: string,
  env: Readonly<Record<string, string>>,
): Promise<GitPlaces> {
  const repository = findRepository(folder);
  const found = repository && isProjects(repository.top, folder, home) ? repository : null;
  const places: GitPlaces = { write: [], read: [], guard: [], main: [], missingFolders: [], missingFiles: [] };
  for (const dotGit of nestedRepositories(folder)) {
    if (existsSync(join(dotGit, 'HEAD'))) guardRepository(places, dotGit);
    else places.guard.push(dotGit); // a submodule's pointer
  }
  if (!found) {
    places.missingFiles.push(join(folder, '.git'));
    return places;
  }
  const { top, dotGit, gitDir, commonDir } = found;
  places.write.push(gitDir, commonDir);
  // For a project that is a part of it: to git, what it does not see was deleted.
  if (top !== folder) places.read.push(top);
  // A worktree's `.git` is a file that says where the repository is.
  if (dotGit !== gitDir) places.guard.push(dotGit);
  guardRepository(places, commonDir);
  if (gitDir !== commonDir) {
    guardPointers(places, gitDir);
    places.main.push(join(commonDir, 'HEAD'), join(commonDir, 'index'));
  }
  if (gitDir === commonDir) addWorktrees(places, commonDir);
  for (const path of readLines(join(commonDir, 'objects', 'info', 'alternates'))) {
    places.read.push(isAbsolute(path) ? path : resolve(commonDir, 'objects', path));
  }
  const config = await gitConfigPlaces(top, env);
  places.guard.push(...config.hooks, ...config.files);
  places.read.push(...config.files);
  return places;
}

/** A home folder that is kept in git, or one that somebody made in /tmp, is no reason to show it to every project below. */
function isProjects(top: string, folder: string, home: string): boolean {
  if (top === folder) return true;
  const isSticky = ((statSync(top, { throwIfNoEntry: false })?.mode ?? 0) & 0o1000) !== 0;
  return !isSticky && !isWithin(home, top);
}

interface Repository {
  /** The folder that has a `.git`. */
  readonly top: string;
  readonly dotGit: string;
  readonly gitDir: string;
  readonly commonDir: string;
}

export function findRepository(folder: string): Repository | null {
  for (let top = folder; ; top = dirname(top)) {
    const dotGit = join(top, '.git');
    const stat = statSync(dotGit, { throwIfNoEntry: false });
    const gitDir = stat === undefined ? null : stat.isDirectory() ? dotGit : pointedAt(dotGit);
    // As git does: a folder of that name alone is no repository.
    if (gitDir !== null && existsSync(join(gitDir, 'HEAD'))) {
      const [common] = readLines(join(gitDir, 'commondir'));
      return { top, dotGit, gitDir, commonDir: common === undefined ? gitDir : resolve(gitDir, common) };
    }
    if (top === dirname(top)) return null;
  }
}

/** The folder that a `.git` file names. */
function pointedAt(file: string): string | null {
  const [line] = readLines(file);
  const path = line?.startsWith('gitdir:') ? line.slice('gitdir:'.length).trim() : '';
  return path === '' ? null : resolve(dirname(file), path);
}

function guardRepository(places: GitPlaces, dir: string): void {
  const hooks = join(dir, 'hooks');
  if (isFolder(hooks)) places.guard.push(hooks);
  else places.missingFolders.push(hooks);
  guardFile(places, join(dir, 'config'));
  guardPointers(places, dir);
  for (const name of children(join(dir, 'worktrees'))) guardPointers(places, join(dir, 'worktrees', name));
  guardModules(places, join(dir, 'modules'), 0);
}

/** Files by which git is led to another repository, and its settings per worktree. */
function guardPointers(places: GitPlaces, dir: string): void {
  for (const name of ['commondir', 'gitdir', 'config.worktree']) guardFile(places, join(dir, name));
}

function guardFile(places: GitPlaces, path: string): void {
  if (statSync(path, { throwIfNoEntry: false })) places.guard.push(path);
  else places.missingFiles.push(path);
}

/** Submodules lie at their paths, so below folders that are none themselves. */
function guardModules(places: GitPlaces, dir: string, depth: number): void {
  if (depth > MAX_MODULE_DEPTH) return;
  for (const name of children(dir)) {
    const module = join(dir, name);
    if (isFolder(join(module, 'objects'))) guardRepository(places, module);
    else if (isFolder(module)) guardModules(places, module, depth + 1);
  }
}

/** The worktrees that were made from this repository; each has its `.git` file guarded. */
function addWorktrees(places: GitPlaces, commonDir: string): void {
  for (const name of children(join(commonDir, 'worktrees'))) {
    const [file] = readLines(join(commonDir, 'worktrees', name, 'gitdir'));
    if (file === undefined || !statSync(file, { throwIfNoEntry: false })) continue;
    places.write.push(dirname(file));
    places.guard.push(file);
  }
}

function children(folder: string): string[] {
  try {
    return readdirSync(folder).slice(0, MAX_CHILDREN);
  } catch {
    return []; // there are none
  }
}

function readLines(file: string): string[] {
  try {
    return readFileSync(file, 'utf8')
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '' && !line.startsWith('#'));
  } catch {
    return []; // no such file: it says nothing
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
