import { programCommand } from '@agor/runtime';
import { built } from './built.ts';
import { pssMb, rssMb } from './process.ts';
import { atMost, median, type Row } from './row.ts';

const RUNS = 9;
const RUNNERS = [
  ['demo', 45],
  ['claude', 70],
  ['codex', 45],
  ['ollama', 45],
  ['acp', 45],
] as const;
/** Runners give memory back when they have rested for a few seconds. */
const SETTLE_MS = 6_000;

/** A runner alone, without its vendor's program: from its spawn to `ready`, and its memory while it waits for a prompt. */
export async function run(): Promise<Row[]> {
  const rows: Row[] = [];
  for (const [provider, maxMb] of RUNNERS) rows.push(...(await rowsOf(provider, maxMb)));
  return rows;
}

async function rowsOf(provider: string, maxMb: number): Promise<Row[]> {
  await measure(provider); // warms the file cache
  const times: number[] = [];
  for (let i = 0; i < RUNS; i++) times.push((await measure(provider)).readyMs);
  const { atReady, rss, pss } = await measure(provider, SETTLE_MS);
  return [
    atMost(`runner (${provider}): ready after spawn`, median(times), 60, 'ms'),
    { name: '… RSS when it says ready', value: atReady, unit: 'MB' },
    atMost('… RSS at rest', rss, maxMb, 'MB'),
    { name: '… PSS at rest', value: pss, unit: 'MB' },
  ];
}

async function measure(provider: string, waitMs = 0) {
  const began = performance.now();
  const child = Bun.spawn(programCommand(`runner-${provider}`, built()), { stdin: 'pipe', stdout: 'pipe' });
  const { value } = await child.stdout.getReader().read();
  const readyMs = performance.now() - began;
  if (!new TextDecoder().decode(value).includes('"ready"')) throw new Error(`runner-${provider} is not ready`);
  const atReady = rssMb(child.pid);
  await Bun.sleep(waitMs);
  const figures = { readyMs, atReady, rss: rssMb(child.pid), pss: pssMb(child.pid) };
  await child.stdin.end(); // its end
  await child.exited;
  return figures;
}
