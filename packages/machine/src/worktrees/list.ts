import { basename, dirname, join } from 'node:path';
import { RequestFailed } from '../requests/index.ts';
import { findRepository } from '../sandbox/index.ts';
import type { InspectDeps } from './inspect.ts';
import { real, worktreePlace } from './place.ts';
import { registrationsOf } from './registrations.ts';
import { repositoryOf } from './repository.ts';
import { standingOf } from './standing.ts';

export interface ListedWorktree {
  readonly path: string;
  /** Null: detached. */
  readonly branch: string | null;
}

/**
 * agor's worktrees of a repository, given by any folder of it; none where there is no repository. Those whose repository is gone are nobody's here. Throws `RequestFailed`:
 * `noRepository`.
 */
export async function listWorktrees(
  repository: string,
  { worktreesDir, git }: InspectDeps,
  signal?: AbortSignal,
): Promise<ListedWorktree[]> {
  // A project that is in no repository has none, which is nothing to complain about.
  if (findRepository(repository) === null) return [];
  const found = await repositoryOf(git, repository, signal);
  if (!found.ok) throw new RequestFailed('noRepository', `${found.error}.`);
  const known = await registrationsOf(git, repository);
  if (!known.ok) throw new RequestFailed('noRepository', `${known.error}.`);
  const root = await real(worktreesDir);
  const listed: ListedWorktree[] = [];
  for (const { path, branch } of known.value) {
    if (root === null || (await real(dirname(path))) !== root) continue;
    const place = await worktreePlace(worktreesDir, join(worktreesDir, basename(path)));
    if (!place.ok || !place.value.isThere) continue;
    const standing = await standingOf(place.value.path);
    if (standing.kind !== 'worktree' || standing.commonDir !== found.value.commonDir) continue;
    listed.push({ path: join(worktreesDir, basename(path)), branch });
  }
  return listed;
}
