import { join } from 'node:path';
import { World } from '@agor/e2e/world';
import { atMost, median, type Row } from './row.ts';

const RUNS = 9;

/** `agor serve`: from exec of bin/agor to its first line, with the machine already there and a warm cache; and a bare server beside it. */
export async function run(): Promise<Row[]> {
  await using world = new World({ name: 'bench-start' });
  await world.serve();
  await end(world);
  const hub: number[] = [];
  const bare: number[] = [];
  for (let n = 0; n < RUNS; n++) {
    hub.push(await timed(async () => void (await world.serve())));
    await end(world);
    bare.push(await timed(bareServer));
  }
  return [
    atMost('agor serve ready after exec', median(hub), 120, 'ms'),
    atMost('… as a multiple of a bare Bun.serve', median(hub) / median(bare), 10, '×'),
  ];
}

async function end(world: World): Promise<void> {
  world.serving.process.kill('SIGTERM');
  await world.serving.process.exited;
}

async function bareServer(): Promise<void> {
  const child = Bun.spawn([process.execPath, join(import.meta.dir, 'bare-server.ts')], {
    stdout: 'pipe',
    stderr: 'inherit',
  });
  await child.stdout.getReader().read();
  child.kill('SIGKILL');
  await child.exited;
}

async function timed(work: () => Promise<void>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}
