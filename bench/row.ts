import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';

/** One measured figure beside its bar (architecture §7). */
export interface Row {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** The bar in words; absent where there is none. */
  readonly bar?: string;
  /** Whether the bar is held; absent where it cannot be judged on this machine. */
  readonly ok?: boolean;
}

/** A row whose value must be at most (or at least) a bar. */
export function atMost(name: string, value: number, bar: number, unit: string): Row {
  return { name, value, unit, bar: `≤ ${bar} ${unit}`, ok: value <= bar };
}
export function atLeast(name: string, value: number, bar: number, unit: string): Row {
  return { name, value, unit, bar: `≥ ${bar} ${unit}`, ok: value >= bar };
}

/** The value below which the given share of the samples lies. */
export function percentile(samples: readonly number[], share: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export const median = (samples: readonly number[]): number => percentile(samples, 0.5);

/** A value at a time. */
export interface Sample {
  readonly x: number;
  readonly y: number;
}

/** How fast the values grow: least squares. */
export function slope(samples: readonly Sample[]): number {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const x = mean(samples.map((sample) => sample.x));
  const y = mean(samples.map((sample) => sample.y));
  const over = samples.map((sample) => (sample.x - x) * (sample.y - y));
  return mean(over) / mean(samples.map((sample) => (sample.x - x) ** 2));
}

/** What was measured on, and how busy it was: figures from a busy machine say little about the absolute bars. */
export function machineLine(): string {
  const load = loadavg().map((value) => value.toFixed(1));
  const gb = (totalmem() / 1e9).toFixed(0);
  return `${cpus()[0]?.model ?? 'unknown processor'}, ${availableParallelism()} cores, ${gb} GB, Bun ${Bun.version}; load ${load.join(' ')}`;
}

/** The table that `npm run bench` prints. */
export function table(rows: readonly Row[]): string {
  const lines = rows.map((row) => {
    const verdict = row.ok === undefined ? '' : row.ok ? 'ok' : 'over';
    return [row.name, `${round(row.value)} ${row.unit}`, row.bar ?? '', verdict];
  });
  const all = [['what', 'measured', 'bar', ''], ...lines];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...all.map((line) => line[column]?.length ?? 0)));
  return all
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function round(value: number): string {
  return value >= 1000 ? Math.round(value).toLocaleString('en') : String(Number(value.toPrecision(3)));
}
