import { ProjectId, type SessionState, type SessionSummary } from '@agor/protocol';

/** A folder whose files can be shown: the project's, or the worktree that a session has for itself. */
export interface FilesPlace {
  /** What the hub's `files` operations take as a project's id. */
  readonly id: ProjectId;
  readonly folder: string;
  readonly label: string;
  readonly isWorktree: boolean;
}

/** The project's folder, then the worktrees of its sessions, each once, the newest first. */
export function placesOf(
  id: ProjectId,
  { name, cwd }: { readonly name: string; readonly cwd: string },
  sessions: readonly SessionSummary[],
): FilesPlace[] {
  const worktrees = new Map<string, FilesPlace>();
  // Made when its agent starts for the first time.
  for (const { state } of sessions)
    if (state.worktree && hasStarted(state) && !worktrees.has(state.cwd)) {
      const { branch: label } = state.worktree;
      worktrees.set(state.cwd, { id: ProjectId.parse(state.id), folder: state.cwd, label, isWorktree: true });
    }
  return [{ id, folder: cwd, label: name, isWorktree: false }, ...worktrees.values()];
}

export function hasStarted({ process, providerSessionId }: SessionState): boolean {
  return process !== null || providerSessionId !== undefined;
}
