import { connect, HubInfo } from '@agor/cli';
import type { Lag } from './lag.ts';

const PAUSE_MS = 5;

/** Asks until stdin ends, then prints what it measured (see `Prober`). */
async function main(): Promise<void> {
  const input = process.stdin[Symbol.asyncIterator]();
  const folder = process.argv[2] ?? '/';
  const info = HubInfo.parse(JSON.parse(String((await input.next()).value)));
  const connection = await connect(info);
  if (!connection) throw new Error('no hub answers');
  const { client } = connection;
  let over = false;
  void input.next().then(() => {
    over = true;
  });
  const lag: Lag = { hub: [], machine: [] };
  const ask = async (times: number[], question: () => Promise<unknown>): Promise<void> => {
    const began = performance.now();
    await question();
    times.push(performance.now() - began);
    await Bun.sleep(PAUSE_MS);
  };
  const round = async (to: Lag): Promise<void> => {
    await ask(to.hub, () => client.misc.info({}));
    await ask(to.machine, () => client.files.folders({ path: folder }));
  };
  for (let i = 0; i < 20; i++) await round({ hub: [], machine: [] }); // warm
  process.stdout.write('\n');
  while (!over) await round(lag);
  process.stdout.write(JSON.stringify(lag), () => process.exit(0));
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
