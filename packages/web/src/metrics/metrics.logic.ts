import type { DayMetrics, MetricsReport, TurnMetrics } from '@agor/protocol';

const DAY_MS = 24 * 3600_000;

export const periods = [7, 14, 30, 90] as const;

/** A day for every one of the period, also those on which nothing ran; oldest first. Days are UTC, as the hub's. */
export function everyDay(days: readonly DayMetrics[], period: number, now: number): DayMetrics[] {
  const told = new Map(days.map((day) => [day.day, day]));
  return Array.from({ length: period }, (_, at) => {
    const day = new Date(now - (period - 1 - at) * DAY_MS).toISOString().slice(0, 10);
    const nothing = { costUsd: 0, inputTokens: 0, outputTokens: 0, turns: 0, toolCalls: 0, failed: 0 };
    return told.get(day) ?? { day, ...nothing };
  });
}

export type Totals = Omit<DayMetrics, 'day'>;

export function totalsOf(days: readonly DayMetrics[]): Totals {
  const sum = (of: (day: DayMetrics) => number) => days.reduce((all, day) => all + of(day), 0);
  return {
    costUsd: sum((day) => day.costUsd),
    inputTokens: sum((day) => day.inputTokens),
    outputTokens: sum((day) => day.outputTokens),
    turns: sum((day) => day.turns),
    toolCalls: sum((day) => day.toolCalls),
    failed: sum((day) => day.failed),
  };
}

/** "23 Nov". */
export function dayLabel(day: string): string {
  return new Date(`${day}T00:00:00Z`).toLocaleDateString('en', { day: 'numeric', month: 'short', timeZone: 'UTC' });
}

/** "45 s", "3 m 20 s", "1 h 5 m". */
export function duration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return seconds % 60 === 0 ? `${minutes} m` : `${minutes} m ${seconds % 60} s`;
  return minutes % 60 === 0 ? `${minutes / 60} h` : `${Math.floor(minutes / 60)} h ${minutes % 60} m`;
}

const columns: readonly [string, (turn: TurnMetrics) => string | number | null][] = [
  ['ended', (turn) => new Date(turn.endedAt).toISOString()],
  ['project', (turn) => turn.projectId],
  ['session', (turn) => turn.sessionId],
  ['provider', (turn) => turn.provider],
  ['model', (turn) => turn.model],
  ['outcome', (turn) => turn.outcome],
  ['duration_s', (turn) => Math.round((turn.endedAt - turn.startedAt) / 1000)],
  ['cost_usd', (turn) => turn.costUsd],
  ['input_tokens', (turn) => turn.inputTokens],
  ['output_tokens', (turn) => turn.outputTokens],
  ['tool_calls', (turn) => turn.toolCalls],
  ['peak_context_tokens', (turn) => turn.peakContextTokens],
  ['error', (turn) => turn.error],
];

/** The turns of a report as a table for spreadsheets (RFC 4180). */
export function csvOf({ turns }: MetricsReport): string {
  const rows = [columns.map(([name]) => name), ...turns.map((turn) => columns.map(([, of]) => field(of(turn))))];
  return rows.map((row) => `${row.join(',')}\r\n`).join('');
}

/** Text that a spreadsheet would take for a formula is put in as text: what an agent says ends up here. */
function field(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
