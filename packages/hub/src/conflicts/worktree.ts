/** The worktree of an agent's own in which a path lies (spec §4.5); null: none. */
export function worktreeOf(path: string): string | null {
  return /^.*?\/\.(?:claude|codex|cursor)\/worktrees\/[^/]+/.exec(path)?.[0] ?? null;
}
