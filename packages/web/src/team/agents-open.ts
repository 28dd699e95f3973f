import type { WorkspaceStore } from '../state/workspace.svelte.ts';

/** In narrower windows the strip is closed until the person opens it: the height is worth more there. */
const ROOM_REM = 44;

/** Whether the strip of agents above the grid is open, in a window of this width in px. */
export function agentsAreOpen({ agentsOpen }: WorkspaceStore, windowWidth: number): boolean {
  const rem = Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
  return agentsOpen ?? windowWidth >= ROOM_REM * rem;
}
