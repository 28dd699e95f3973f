import { z } from 'zod';
import type { Requests } from '../requests/index.ts';
import type { Worktrees } from './worktrees.ts';

const Folder = z.string().min(1).max(4_096).startsWith('/', 'an absolute path');
/** A large repository on a slow disk: git looks at each of its files. */
const INSPECT_MS = 120_000;
/** It is looked at up to three times. */
const REMOVE_MS = 3 * INSPECT_MS;

/** `worktrees.list` → `{path, branch}[]`, `worktrees.inspect` → WorktreeState, `worktrees.remove` → WorktreeRemoved. */
export function registerWorktreeRequests(requests: Requests, worktrees: Worktrees): void {
  requests.register('worktrees.list', {
    params: z.object({ repository: Folder }),
    handle: ({ repository }, { signal }) => worktrees.list(repository, signal),
  });
  requests.register('worktrees.inspect', {
    params: z.object({ path: Folder }),
    limitMs: INSPECT_MS,
    handle: ({ path }, { signal }) => worktrees.inspect(path, signal),
  });
  requests.register('worktrees.remove', {
    params: z.object({ path: Folder, fingerprint: z.string().max(200).nullable() }),
    limitMs: REMOVE_MS,
    // Once begun it goes on without who asked for it: that is safer than to stop in the middle.
    handle: ({ path, fingerprint }) => worktrees.remove(path, fingerprint),
  });
}
