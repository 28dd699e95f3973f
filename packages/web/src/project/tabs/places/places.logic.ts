import { ProjectId, type SessionState, type SessionSummary } from '@agor/protocol';

/** A folder that tabs can show: the project's, or the worktree that a session has for itself. */
export interface Place {
  /** What the hub's `files` and `testing` operations take as a project's id. */
  readonly id: ProjectId;
  readonly folder: string;
  readonly label: string;
  readonly isWorktree: boolean;
}

/** What a tab is given of its place. */
export interface Placed {
  readonly place: Place;
  /** Those that can be shown, itself among them. */
  readonly places: readonly Place[];
  onplace(folder: string): void;
}

/** The project's folder, then the worktrees of its sessions, each once, the newest first. */
export function placesOf(
  id: ProjectId,
  { name, cwd }: { readonly name: string; readonly cwd: string },
  sessions: readonly SessionSummary[],
): Place[] {
  const worktrees = new Map<string, Place>();
  // Made when its agent starts for the first time.
  for (const { state } of sessions)
    if (state.worktree && hasStarted(state) && !worktrees.has(state.cwd)) {
      const { branch: label } = state.worktree;
      worktrees.set(state.cwd, { id: ProjectId.parse(state.id), folder: state.cwd, label, isWorktree: true });
    }
  return [{ id, folder: cwd, label: name, isWorktree: false }, ...worktrees.values()];
}

/** Whose files a session's agent works with: its worktree's, once it is there, else the project's. */
export function placeOfSession(projectId: ProjectId | null, state: SessionState | undefined): ProjectId | null {
  return state?.worktree && hasStarted(state) ? ProjectId.parse(state.id) : projectId;
}

function hasStarted({ process, providerSessionId }: SessionState): boolean {
  return process !== null || providerSessionId !== undefined;
}
