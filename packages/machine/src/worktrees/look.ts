import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { err, ok, type Result } from '@agor/runtime';
import { type Git, line, saying } from './git.ts';
import { absent } from './place.ts';
import { isRegenerable } from './regenerable.ts';
import type { ProvenWorktree } from './standing.ts';
import { parseStatus, parseUnwatched, STATUS, type Status, UNWATCHED } from './status.ts';
import { Trace } from './trace.ts';

/** What lies in a worktree's folder and nowhere else. Paths are latin1. */
export interface Look {
  readonly branch: string | null;
  readonly changed: readonly string[];
  readonly untracked: readonly string[];
  readonly ignored: readonly string[];
  readonly unmerged: number;
  /** What could not be looked at, or is more than files. */
  readonly problem: string | null;
  /** Stands for all that, and stays the same when the folder is moved. */
  readonly trace: string;
}

/** Where git's operations leave their traces; with the worktree goes what they have put aside. */
const OPERATIONS: Readonly<Record<string, string>> = {
  'rebase-merge': 'a rebase',
  'rebase-apply': 'a rebase',
  MERGE_HEAD: 'a merge',
  CHERRY_PICK_HEAD: 'a cherry-pick',
  REVERT_HEAD: 'a revert',
  BISECT_LOG: 'a bisection',
};
/** Words of git's that say nothing about whether it saw all. */
const HARMLESS_WORDS = /^(warning: .*(CRLF|LF) will be replaced|The file will have its original line endings)|^\s*$/;

/** Looks at a worktree that git knows, at `path`, where its folder is now. */
export async function lookAt(
  git: Git,
  { gitDir }: Pick<ProvenWorktree, 'gitDir'>,
  path: string,
  signal?: AbortSignal,
): Promise<Look> {
  const at = [`--git-dir=${gitDir}`, `--work-tree=${path}`];
  const ask = (args: readonly string[]) => git.run([...at, ...args], { cwd: path, signal });
  const [asked, listed, operation] = await Promise.all([
    // Submodules that are there are named as a whole, below; git can't follow them when the folder was moved.
    ask([...STATUS, '--ignore-submodules=all']),
    ask(UNWATCHED),
    operationIn(gitDir),
  ]);
  const problems = operation === null ? [] : [`${operation} is under way in it`];
  const read = (answer: typeof asked): string => {
    if (!answer.ok) problems.push(answer.error);
    else if (answer.value.code !== 0) problems.push(`git does not tell what is in it (${saying(answer.value)})`);
    else if (answer.value.isCut) problems.push('it holds more than can be listed');
    else if (answer.value.words.split('\n').some((one) => !HARMLESS_WORDS.test(one)))
      problems.push(`git did not see all of it (${saying(answer.value)})`);
    return answer.ok ? answer.value.stdout.toString('latin1') : '';
  };
  const status = parseStatus(read(asked));
  const unwatched = parseUnwatched(read(listed));
  const [hidden, nested, unmerged] = await Promise.all([
    existing(path, unwatched.files),
    existing(
      path,
      unwatched.repositories.map((one) => `${one}/.git`),
    ),
    unmergedCommits(git, at, path, status),
  ]);
  if (!unmerged.ok) problems.push(unmerged.error);
  if (nested.length > 0) problems.push(`there are repositories in it that are not looked into (${shown(nested)})`);
  const ignored = await kept(path, status.ignored);
  const changed = [...new Set([...status.changed.map((one) => one.path), ...hidden])];
  const trace = new Trace(path);
  trace.word(`${status.head} ${status.branch} ${operation} ${unmerged.ok ? unmerged.value : ''}`);
  for (const one of status.changed) trace.word(one.line);
  for (const one of [changed, status.untracked, ignored].flat()) await trace.path(one);
  return {
    branch: status.branch,
    changed,
    untracked: status.untracked,
    ignored,
    unmerged: unmerged.ok ? unmerged.value : 0,
    problem: problems.length === 0 ? null : problems.join('; '),
    trace: trace.digest(),
  };
}

/** Looks at a folder that was a worktree, without git: all that is in it may be the only copy. */
export async function lookWithoutGit(path: string, problem: string): Promise<Look> {
  const names = await readdir(path, { encoding: 'buffer' });
  const untracked = names.map((name) => name.toString('latin1')).filter((name) => name !== '.git');
  const trace = new Trace(path);
  await trace.below('');
  return { branch: null, changed: [], untracked, ignored: [], unmerged: 0, problem, trace: trace.digest() };
}

/** Commits on its HEAD that are on no other branch. With a detached HEAD a tag holds them, too. */
async function unmergedCommits(
  git: Git,
  at: readonly string[],
  cwd: string,
  { head, branch }: Status,
): Promise<Result<number, string>> {
  if (head === null) return ok(0);
  const others = branch === null ? ['--branches', '--tags'] : [`--exclude=${branch}`, '--branches'];
  const counted = await git.run([...at, 'rev-list', '--count', 'HEAD', '--not', ...others, '--remotes'], { cwd });
  if (!counted.ok) return counted;
  if (counted.value.code === 0) return ok(Number(line(counted.value)));
  return err(`git does not tell which commits are on this branch alone (${saying(counted.value)})`);
}

async function operationIn(gitDir: string): Promise<string | null> {
  for (const [name, operation] of Object.entries(OPERATIONS))
    if ((await lstat(join(gitDir, name)).catch(absent)) !== null) return operation;
  return null;
}

/** Ignored paths that no tool makes again. Of a link to such a folder elsewhere nothing but the link would go. */
async function kept(root: string, ignored: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const path of ignored) {
    if (isRegenerable(path)) continue;
    const isLink = isRegenerable(`${path}/`) && (await lstat(latin1(root, path)).catch(absent))?.isSymbolicLink();
    if (!isLink) found.push(path);
  }
  return found;
}

async function existing(root: string, paths: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const path of paths) {
    if ((await lstat(latin1(root, path)).catch(absent)) !== null) found.push(path);
  }
  return found;
}

function latin1(root: string, path: string): Buffer {
  return Buffer.concat([Buffer.from(`${root}/`), Buffer.from(path, 'latin1')]);
}

function shown(nested: readonly string[]): string {
  const names = nested.map((path) => Buffer.from(path.slice(0, -'/.git'.length), 'latin1').toString());
  return names.length > 3 ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more` : names.join(', ');
}
