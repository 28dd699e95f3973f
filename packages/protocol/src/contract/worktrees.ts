import { z } from 'zod';
import { ProjectId } from '../ids.ts';
import { WorktreeRemoved, WorktreeState } from '../worktrees.ts';
import { base, command } from './base.ts';

/** The git worktrees that agor made for sessions of a project. */
export const worktrees = {
  /** Each with what its removal would take away. Empty where the project is no repository. */
  list: base.input(z.object({ projectId: ProjectId })).output(z.array(WorktreeState)),
  /** Takes a worktree away, never its branch. What would be lost must be confirmed by the `fingerprint` of the state that was shown. */
  remove: base
    .input(
      command.extend({
        projectId: ProjectId,
        path: z.string().startsWith('/').max(4096),
        fingerprint: z.string().max(200).nullable(),
      }),
    )
    .output(WorktreeRemoved),
};
