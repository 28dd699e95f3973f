import { readFileSync } from 'node:fs';
import { World } from '@agor/e2e/world';
import { atMost, type Row } from './row.ts';

const SETTLE_MS = 5_000;
const WATCH_MS = 10_000;
/** Linux counts CPU time in hundredths of a second. */
const TICKS_PER_SECOND = 100;

/** Hub, machine and pty host with nothing to do: resident memory together, and processor time. */
export async function run(): Promise<Row[]> {
  await using world = new World({ name: 'bench-idle' });
  const { info } = await world.serve();
  await Bun.sleep(SETTLE_MS);
  const pids = [info.pid, world.machinePid, world.pidOf('pty-host')].filter((pid) => pid !== null);
  const before = sum(pids.map(cpuSeconds));
  await Bun.sleep(WATCH_MS);
  const busy = ((sum(pids.map(cpuSeconds)) - before) / (WATCH_MS / 1000)) * 100;
  const rss = sum(pids.map(rssMb));
  return [
    atMost('idle: hub + machine + pty host, RSS', rss, 120, 'MB'),
    atMost('idle: processor', busy, 1, '% of a core'),
  ];
}

export function rssMb(pid: number): number {
  const kb = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kb) / 1000;
}

function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

function sum(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0);
}
