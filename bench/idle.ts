import { World } from '@agor/e2e/world';
import { cpuSeconds, programsOf, pssMb, rssMb, sum } from './process.ts';
import { atMost, type Row } from './row.ts';

/** Programs give memory back when they have rested for a few seconds. */
const SETTLE_MS = 10_000;
const WATCH_MS = 10_000;

/** Hub, machine and pty host with nothing to do: resident memory together, and processor time. */
export async function run(): Promise<Row[]> {
  await using world = new World({ name: 'bench-idle' });
  await world.serve();
  await Bun.sleep(SETTLE_MS);
  const programs = programsOf(world);
  const pids = Object.values(programs);
  if (pids.length !== 3) throw new Error(`hub, machine and pty host should run, not ${Object.keys(programs)}`);
  const before = sum(pids.map(cpuSeconds));
  await Bun.sleep(WATCH_MS);
  const busy = ((sum(pids.map(cpuSeconds)) - before) / (WATCH_MS / 1000)) * 100;
  return [
    atMost('idle: hub + machine + pty host, RSS', sum(pids.map(rssMb)), 120, 'MB'),
    { name: '… PSS (shared pages counted once)', value: sum(pids.map(pssMb)), unit: 'MB' },
    atMost('idle: processor', busy, 1, '% of a core'),
  ];
}
