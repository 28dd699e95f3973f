import { createHash } from 'node:crypto';
import { MAX_WORKTREE_PATHS, type WorktreePaths, type WorktreeState } from '@agor/protocol';
import { RequestFailed } from '../requests/index.ts';
import type { Git } from './git.ts';
import { type Look, lookAt, lookWithoutGit } from './look.ts';
import { type WorktreePlace, worktreePlace } from './place.ts';
import { type FolderProcess, processesIn } from './processes.ts';
import { mainFolder, type Standing, standingOf } from './standing.ts';

export interface InspectDeps {
  readonly worktreesDir: string;
  readonly git: Git;
}

/** A worktree as it was found. */
export interface Found {
  readonly place: WorktreePlace;
  readonly standing: Exclude<Standing, { kind: 'none' }>;
  readonly look: Look;
  readonly state: WorktreeState;
}

/**
 * What removing a worktree would take away. Its branch and all commits on it stay; so `unmerged` of one on a branch asks for a look, while
 * those of a detached HEAD would be lost with it, as git's operations that are under way would. Throws `RequestFailed`: `outside`, `notFound`,
 * `notWorktree`.
 */
export async function inspectWorktree(path: string, deps: InspectDeps, signal?: AbortSignal): Promise<Found> {
  const place = await worktreePlace(deps.worktreesDir, path);
  if (!place.ok) throw new RequestFailed('outside', `${place.error}.`);
  if (!place.value.isThere) throw new RequestFailed('notFound', `There is no worktree ${path}.`);
  const standing = await standingOf(place.value.path);
  if (standing.kind === 'none')
    throw new RequestFailed(
      'notWorktree',
      `${path} is no git worktree any more. Look at it, and delete it yourself if you don't need it.`,
    );
  const [look, processes] = await Promise.all([
    lookInto(standing, place.value.path, deps.git, signal),
    processesIn(place.value.path),
  ]);
  return { place: place.value, standing, look, state: stateOf(path, standing, look, processes) };
}

/** `path`: where the folder is now. */
export function lookInto(standing: Found['standing'], path: string, git: Git, signal?: AbortSignal): Promise<Look> {
  if (standing.kind === 'worktree') return lookAt(git, standing, path, signal);
  const problem =
    standing.commonDir === null
      ? 'its repository is gone, so git cannot tell what is in it'
      : 'its repository does not know it any more, so git cannot tell what is in it';
  return lookWithoutGit(path, problem);
}

function stateOf(path: string, standing: Found['standing'], look: Look, processes: FolderProcess[]): WorktreeState {
  const { commonDir } = standing;
  const isLocked = standing.kind === 'worktree' && standing.locked !== null;
  const locked = isLocked ? `it is locked${standing.locked && ` (${standing.locked})`}` : null;
  const problems = [locked, look.problem].filter((one) => one !== null);
  const state: Omit<WorktreeState, 'fingerprint'> = {
    path,
    branch: look.branch,
    repository: commonDir === null ? null : mainFolder(commonDir),
    changed: named(look.changed),
    untracked: named(look.untracked),
    ignored: named(look.ignored),
    unmerged: look.unmerged,
    processes,
    problem: problems.length === 0 ? null : problems.join('; '),
  };
  return { ...state, fingerprint: asksForNothing(state) ? null : fingerprint(state, look.trace) };
}

function asksForNothing({
  changed,
  untracked,
  ignored,
  unmerged,
  processes,
  problem,
}: Omit<WorktreeState, 'fingerprint'>): boolean {
  const files = changed.count + untracked.count + ignored.count;
  return files === 0 && unmerged === 0 && processes.length === 0 && problem === null;
}

function fingerprint(
  { path, repository, processes, problem }: Omit<WorktreeState, 'fingerprint'>,
  trace: string,
): string {
  const pids = processes.map(({ pid }) => pid).sort((a, b) => a - b);
  return createHash('sha256')
    .update(JSON.stringify([path, repository, pids, problem, trace]))
    .digest('hex')
    .slice(0, 32);
}

function named(paths: readonly string[]): WorktreePaths {
  const sorted = paths.map((path) => Buffer.from(path, 'latin1').toString()).sort();
  return { paths: sorted.slice(0, MAX_WORKTREE_PATHS), count: paths.length };
}
