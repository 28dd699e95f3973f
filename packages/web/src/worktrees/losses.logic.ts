import type { WorktreePaths, WorktreeState } from '@agor/protocol';

/** One thing that goes with a worktree, in words. */
export interface Loss {
  readonly words: string;
  readonly paths: readonly string[];
  /** How many there are beyond `paths`. */
  readonly more: number;
}

/** What removing it takes away, the gravest first. */
export function lossesOf({ changed, untracked, ignored }: WorktreeState): Loss[] {
  return [
    lossOf(changed, 'changed file', 'not committed'),
    lossOf(untracked, 'new file', 'not in git'),
    lossOf(ignored, 'ignored file or folder', 'not in git'),
  ].flatMap((loss) => loss ?? []);
}

function lossOf({ paths, count }: WorktreePaths, one: string, why: string): Loss | null {
  if (count === 0) return null;
  const [noun, ...rest] = one.split(' or ');
  const many = [noun, ...rest].map((word) => `${word}s`).join(' or ');
  return { words: `${count} ${count === 1 ? one : many}, ${why}`, paths, more: Math.max(0, count - paths.length) };
}

/** How it stands, in one line of a list. */
export function standingOf(state: WorktreeState): string {
  const parts = [
    ...(state.processes.length > 0 ? ['in use'] : []),
    ...lossesOf(state).map((loss) => loss.words),
    ...(state.unmerged > 0
      ? [`${state.unmerged} ${state.unmerged === 1 ? 'commit' : 'commits'} on this branch alone`]
      : []),
  ];
  return state.problem ?? (parts.join(' · ') || 'nothing that is not on another branch');
}
