import type { SubagentState } from '@agor/protocol';
import type { Row, ToolRow } from '../transcript/rows.ts';

type State = SubagentState['state'];

export const subagentStates: Readonly<Record<State, { readonly label: string; readonly color: string }>> = {
  running: { label: 'running', color: 'green' },
  done: { label: 'done', color: 'overlay1' },
  failed: { label: 'failed', color: 'red' },
  stopped: { label: 'stopped', color: 'yellow' },
};

/** Those that run first, then the newest. */
export function inOrder(subagents: readonly SubagentState[]): SubagentState[] {
  const runs = (one: SubagentState) => (one.state === 'running' ? 1 : 0);
  return subagents.toSorted((a, b) => runs(b) - runs(a) || b.startedAt - a.startedAt);
}

/** "45 s", "3 m", "2 h". */
export function elapsed(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  return seconds < 7200 ? `${Math.floor(seconds / 60)} m` : `${Math.floor(seconds / 3600)} h`;
}

/** The row of the call that started a subagent, also one that another subagent made. */
export function rowOfCall(rows: readonly Row[], toolUseId: string): ToolRow | null {
  for (const row of rows) {
    if (row.kind !== 'tool') continue;
    if (row.toolUseId === toolUseId) return row;
    const within = rowOfCall(row.children, toolUseId);
    if (within) return within;
  }
  return null;
}
