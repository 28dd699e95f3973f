import { z } from 'zod';

/** A session's own git worktree. The machine makes it when the session's agent first starts; its folder is the session's `cwd`. */
export const SessionWorktree = z.object({
  /** The project's folder as it was when the session began. The worktree is made of the repository that it lies in, at its HEAD. */
  repository: z.string().startsWith('/', 'an absolute path'),
  /** Made with the worktree; outlives it. */
  branch: z.string().min(1).max(250),
});
export type SessionWorktree = z.infer<typeof SessionWorktree>;

/** Paths of one kind, as far as they are named: at most `MAX_WORKTREE_PATHS`. */
export const WorktreePaths = z.object({ paths: z.array(z.string()), count: z.number().int().nonnegative() });
export type WorktreePaths = z.infer<typeof WorktreePaths>;
export const MAX_WORKTREE_PATHS = 100;

/** What removing a worktree would take away. Its branch stays in any case, with every commit on it. */
export const WorktreeState = z.object({
  path: z.string(),
  /** Null: detached, or git does not know it any more. */
  branch: z.string().nullable(),
  /** The repository's main folder; null when it is gone. */
  repository: z.string().nullable(),
  /** Tracked files with changes that are not committed. */
  changed: WorktreePaths,
  untracked: WorktreePaths,
  /** Ignored files except what tools make again (`node_modules`, caches); a folder counts once. */
  ignored: WorktreePaths,
  /** Commits that are on no other branch, here or as last fetched. They stay on the branch; where there is none they would be lost. */
  unmerged: z.number().int().nonnegative(),
  /** Processes that work in it now. */
  processes: z.array(z.object({ pid: z.number().int(), command: z.string() })),
  /** Why it could not be looked at; then it is removed only with `confirmed`, too. */
  problem: z.string().nullable(),
  /** Stands for all of the above; null when there is nothing to be confirmed: no files, no commits of its own, no process, no problem. */
  fingerprint: z.string().nullable(),
});
export type WorktreeState = z.infer<typeof WorktreeState>;

export const WorktreeRemoved = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('removed') }),
  /** Something would be lost that was not confirmed, or not in this state. */
  z.object({ kind: z.literal('wouldLose'), state: WorktreeState }),
]);
export type WorktreeRemoved = z.infer<typeof WorktreeRemoved>;
