import { lstat, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { SessionWorktree } from '@agor/protocol';
import { err, ok, type Result } from '@agor/runtime';
import { isWithin } from '../files/index.ts';
import { type Git, line, saying } from './git.ts';
import { giveUp, isMaking, made, making } from './own-folders.ts';
import { absent, makeRoot, real, type WorktreePlace, worktreePlace } from './place.ts';
import { forget, type Registration, registrationAt } from './registrations.ts';
import { type Repository, repositoryOf } from './repository.ts';
import { INITIALIZING, standingOf } from './standing.ts';
import { repositoryTurn, type Turns } from './turns.ts';

/** A large repository on a slow disk; files that a filter fetches. */
const MAKE_MS = 600_000;
/** Why it was given up, as a part of a sentence. */
export const STOPPED = 'it was stopped';

export interface PrepareRequest {
  /** The worktree's folder: a direct child of the folder of worktrees. */
  readonly path: string;
  readonly worktree: SessionWorktree;
}

export interface PrepareDeps {
  readonly worktreesDir: string;
  readonly git: Git;
  readonly turns: Turns;
  /** Deletes a folder of `.removed` when there is time for it. */
  readonly discard: (tombstone: string) => void;
  readonly signal?: AbortSignal;
}

/** Where the agent works: the project's folder in its worktree. */
export interface Prepared {
  readonly cwd: string;
}

interface Making extends PrepareRequest {
  readonly place: WorktreePlace;
  readonly repository: Repository;
}

/**
 * Sees to it that a session's worktree is there, and tells the folder in it that stands for the project's. One that is there is used as it is,
 * on whatever branch; else it is made of the repository's HEAD, on a new branch, or on the branch of that name where there is one: then the
 * worktree was removed before and comes back. The main folder's branch, index and files are not touched. Fails with words for the person.
 */
export async function prepareWorktree(request: PrepareRequest, deps: PrepareDeps): Promise<Result<Prepared, string>> {
  const prepared = await prepare(request, deps);
  if (prepared.ok) return prepared;
  return err(
    `The session's git worktree could not be made ready: ${prepared.error}. Mend that and send the prompt again, or switch off "A git worktree for each new session" in the project's settings and begin a new session.`,
  );
}

async function prepare(request: PrepareRequest, deps: PrepareDeps): Promise<Result<Prepared, string>> {
  const { worktreesDir, git, turns, signal } = deps;
  const root = await makeRoot(worktreesDir);
  if (!root.ok) return root;
  const repository = await repositoryOf(git, request.worktree.repository, signal);
  if (!repository.ok) return repository;
  let hasBegun = false;
  const work = turns.take(request.path, () =>
    turns.take(repositoryTurn(repository.value.commonDir), async () => {
      if (git.ending.aborted || signal?.aborted) return err(STOPPED);
      hasBegun = true;
      const place = await worktreePlace(worktreesDir, request.path);
      if (!place.ok) return place;
      const order = { ...request, place: place.value, repository: repository.value };
      const there = await useOrMake(order, deps);
      return there.ok ? projectIn(order) : there;
    }),
  );
  // Another session's large checkout must not keep the person's stop waiting; a turn that has begun ends by itself then.
  const { promise: stopped, resolve } = Promise.withResolvers<Result<Prepared, string>>();
  const stop = () => hasBegun || resolve(err(STOPPED));
  signal?.addEventListener('abort', stop, { once: true });
  return Promise.race([work, stopped]).finally(() => signal?.removeEventListener('abort', stop));
}

async function useOrMake(order: Making, deps: PrepareDeps): Promise<Result<null, string>> {
  const { place, repository, path } = order;
  if (!place.isThere) return make(order, deps);
  if (await isMaking(place)) return discardAnd(order, deps);
  const standing = await standingOf(place.path);
  if (standing.kind === 'worktree') {
    if (standing.commonDir !== repository.commonDir)
      return err(`${path} is a worktree of another repository, ${standing.commonDir}. Move it away`);
    // By a git that was killed before agor's own mark was on the disk.
    return standing.locked === INITIALIZING ? discardAnd(order, deps) : ok(null);
  }
  if (standing.kind === 'none' && (await readdir(place.path)).length === 0) return make(order, deps);
  if (standing.kind === 'none') return err(`${path} is there already and is no git worktree. Move it away`);
  return err(
    `${path} is a worktree that its repository does not know. If the repository was moved, run \`git worktree repair ${path}\` in it; else move the folder away`,
  );
}

/** What was left of an attempt that was broken off goes; nobody has worked in it. */
async function discardAnd(order: Making, deps: PrepareDeps): Promise<Result<null, string>> {
  const discarded = await discardUnfinished(order, deps);
  return discarded.ok ? make({ ...order, place: { ...order.place, isThere: false } }, deps) : discarded;
}

async function discardUnfinished(
  { place, worktree }: Making,
  { git, discard }: PrepareDeps,
): Promise<Result<null, string>> {
  if ((await lstat(place.path).catch(absent)) !== null) {
    const moved = await giveUp(place.root, place.path, place.name);
    if (!moved.ok) return moved;
    discard(moved.value);
  }
  const known = await registrationAt(git, worktree.repository, place.path);
  if (!known.ok) return known;
  return known.value === null ? ok(null) : forget(git, worktree.repository, known.value);
}

async function make(order: Making, deps: PrepareDeps): Promise<Result<null, string>> {
  const { place, path, worktree } = order;
  const { git, signal } = deps;
  const cwd = worktree.repository;
  const ready = await forgetStale(order, git);
  if (!ready.ok) return ready;
  const target = await branchArguments(git, cwd, worktree.branch);
  if (!target.ok) return target;
  const marked = await making(place);
  if (!marked.ok) return marked;
  const [branch, from] = target.value;
  const added = await git.run(['worktree', 'add', ...branch, path, from], { cwd, signal, limitMs: MAKE_MS });
  if (!added.ok || added.value.code !== 0) {
    // The next attempt does that, too, where it can't be done now.
    if ((await discardUnfinished(order, deps)).ok) await made(place);
    return added.ok ? err(refusal(order, saying(added.value))) : added;
  }
  const standing = await standingOf(place.path);
  if (standing.kind !== 'worktree') return err(`git has made something at ${path} that is no worktree`);
  await made(place);
  return ok(null);
}

/** Its folder was deleted, and git was not told: then it is as if it had never been, unless something hangs on it. */
async function forgetStale({ place, path, worktree }: Making, git: Git): Promise<Result<null, string>> {
  const cwd = worktree.repository;
  const known = await registrationAt(git, cwd, place.path);
  if (!known.ok) return known;
  const stale = known.value;
  // Of an empty folder that is there git says itself what it thinks.
  if (stale === null || place.isThere) return ok(null);
  if (stale.locked !== null && stale.locked !== INITIALIZING)
    return err(
      `${path} is not there, and its worktree is locked${stale.locked && ` (${stale.locked})`}. Bring it back, or run \`git worktree unlock ${path}\` in ${cwd}`,
    );
  const lost = await lonelyCommits(git, cwd, stale);
  if (!lost.ok) return lost;
  if (lost.value > 0)
    return err(
      `${path} was deleted while it was on no branch; git keeps ${lost.value} of its commits only until it forgets it. Run \`git branch <name> ${stale.head}\` in ${cwd} to keep them, then \`git worktree prune\``,
    );
  return forget(git, cwd, stale);
}

/** How many commits a worktree's HEAD alone holds. */
async function lonelyCommits(git: Git, cwd: string, { branch, head }: Registration): Promise<Result<number, string>> {
  if (branch !== null || head === null || /^0*$/.test(head)) return ok(0);
  const counted = await git.run(['rev-list', '--count', head, '--not', '--branches', '--remotes', '--tags'], { cwd });
  if (!counted.ok) return counted;
  if (counted.value.code === 0) return ok(Number(line(counted.value)));
  return err(`git does not tell what its worktree holds (${saying(counted.value)})`);
}

/** What comes before and after the path in `git worktree add`. */
async function branchArguments(git: Git, cwd: string, branch: string): Promise<Result<[string[], string], string>> {
  const ref = `refs/heads/${branch}`;
  const [format, exists, head] = await Promise.all([
    git.run(['check-ref-format', ref], { cwd }),
    git.run(['show-ref', '--verify', '--quiet', ref], { cwd }),
    git.run(['rev-parse', '--verify', '--quiet', 'HEAD^{commit}'], { cwd }),
  ]);
  if (!format.ok) return format;
  if (!exists.ok) return exists;
  if (!head.ok) return head;
  if (format.value.code !== 0 || branch.startsWith('-')) return err(`"${branch}" can be no branch's name`);
  if (exists.value.code === 0) return ok([[], branch]);
  if (head.value.code !== 0)
    return err(`the repository of ${cwd} has no commit yet: a worktree is made of one. Make a first commit`);
  return ok([['--no-track', '-b', branch], 'HEAD']);
}

/** What git refused, as a part of a sentence. */
function refusal({ path, worktree }: Making, words: string): string {
  if (/No space left|Disk quota/i.test(words)) return `there is no room on the disk of ${path}. Free some`;
  if (/already (checked out|used by worktree)/.test(words))
    return `its branch ${worktree.branch} is checked out elsewhere (${words}). Switch to another branch there`;
  return `git could not make it (${words})`;
}

/** The project's folder in the worktree. Its last commit may lack it, or have a link in its place that leads out. */
async function projectIn({ place, repository, path }: Making): Promise<Result<Prepared, string>> {
  if (repository.prefix === '') return ok({ cwd: path });
  const cwd = join(path, repository.prefix.replace(/\/$/, ''));
  const full = await real(cwd);
  if (full === null || !(await stat(full)).isDirectory())
    return err(
      `the project's folder ${repository.prefix} is in no commit of the worktree's branch, so it is not there. Commit it`,
    );
  if (!isWithin(place.path, full)) return err(`${cwd} leads out of the worktree`);
  return ok({ cwd });
}
