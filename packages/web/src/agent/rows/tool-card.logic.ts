import type { FileDiff, ToolKind } from '@agor/protocol';
import { visible } from '../../ui/visible.ts';
import { isRunning } from '../transcript/message-rows.ts';
import type { ToolRow } from '../transcript/rows.ts';
import { counted, duration } from '../words.ts';

/** Lines of output that a card shows before "Show all" (spec §10.7). */
const LINES: Partial<Record<ToolKind, number>> = { execute: 500, read: 50, write: 50, edit: 50, search: 20 };
const OTHER_LINES = 30;
/** What took less says nothing by its time. */
const SHOWN_MS = 50;

export function linesShown(kind: ToolKind): number {
  return LINES[kind] ?? OTHER_LINES;
}

/** The token in which a kind of tool is named. */
export function toolColor(kind: ToolKind): string {
  const colors: Partial<Record<ToolKind, string>> = {
    agent: 'mauve',
    fetch: 'teal',
    think: 'lavender',
    todo: 'lavender',
  };
  return colors[kind] ?? 'sapphire';
}

export type ToolState = 'streaming' | 'running' | 'done' | 'failed' | 'interrupted';

export function toolState(row: ToolRow): ToolState {
  if (row.subagent && isRunning(row.subagent) && !row.abandoned) return 'running';
  if (row.subagent?.state === 'failed') return 'failed';
  if (row.subagent?.state === 'stopped' || row.result?.interrupted || row.abandoned) return 'interrupted';
  if (row.result) return row.result.isError || (row.result.exitCode ?? 0) !== 0 ? 'failed' : 'done';
  if (row.subagent) return 'done';
  return row.stream?.kind === 'toolInput' ? 'streaming' : 'running';
}

/** What stands at the right of a card: parts in order, and the token for it when it is more than a remark. */
export function toolMeta(row: ToolRow, now: number): { parts: string[]; color: string | null } {
  const state = toolState(row);
  const parts: string[] = [];
  if (row.toolKind === 'agent' && (row.subagent || row.children.length > 0)) {
    if (state === 'running') parts.push(row.waits ? 'waits for you' : 'running');
    const tools = Math.max(row.toolCount, row.subagent?.toolUses ?? 0);
    if (tools > 0) parts.push(counted(tools, 'tool'));
  } else if (state === 'streaming') parts.push('preparing');
  else if (state === 'running') parts.push(row.waits ? 'waits for you' : 'running');
  if (state === 'interrupted') parts.push('interrupted');
  const diffs = row.result?.diffs ?? [];
  if (diffs.length > 0) parts.push(diffSize(diffs));
  if (row.result?.exitCode !== undefined) parts.push(`exit ${row.result.exitCode}`);
  else if (state === 'failed') parts.push('failed');
  const took = elapsed(row, state, now);
  if (took !== null && took >= SHOWN_MS) parts.push(duration(took));
  const color =
    state === 'failed'
      ? 'red'
      : state === 'running' && row.waits
        ? 'yellow'
        : row.result?.exitCode === 0
          ? 'green'
          : null;
  return { parts, color };
}

export function diffSize(diffs: readonly FileDiff[]): string {
  const sum = (of: (diff: FileDiff) => number) => diffs.reduce((total, diff) => total + of(diff), 0);
  return `+${sum(({ added }) => added)} −${sum(({ removed }) => removed)}`;
}

function elapsed(row: ToolRow, state: ToolState, now: number): number | null {
  if (row.at === 0) return null;
  if (state === 'running') return row.waits ? null : Math.max(0, now - row.at);
  const took = row.subagent?.durationMs ?? row.result?.durationMs;
  if (took !== undefined) return took;
  return row.toolKind === 'agent' && row.resultAt !== null ? Math.max(0, row.resultAt - row.at) : null;
}

/** Whether a card is open before the person says otherwise: what was changed, said by a command, or went wrong. */
export function opensByItself(row: ToolRow): boolean {
  if (row.toolKind === 'agent') return toolState(row) === 'running';
  if (row.stream || toolState(row) === 'failed' || (row.result?.images?.length ?? 0) > 0) return true;
  return row.toolKind === 'execute' || (row.result?.diffs?.length ?? 0) > 0;
}

/** The input in words: a command as it is, a text that is written, else as JSON. Null: the title says it all. */
export function inputText(row: ToolRow): string | null {
  const input = row.call?.input;
  if (input === undefined || input === null) return null;
  if (typeof input !== 'object') return String(input);
  const fields = input as Record<string, unknown>;
  if (row.toolKind === 'execute' && typeof fields.command === 'string') {
    return fields.command === row.title ? null : fields.command;
  }
  const shown = Object.entries(fields).filter(([, value]) => value !== row.title);
  return shown.length === 0 ? null : JSON.stringify(fields, null, 2);
}

/** The title without the tool's name before it, which stands there already. */
export function toolTitle({ name, title }: Pick<ToolRow, 'name' | 'title'>): string {
  const line = title.split('\n', 1)[0] ?? '';
  return visible(line.startsWith(`${name} `) ? line.slice(name.length + 1) : line);
}
