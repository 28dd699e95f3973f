import { World } from '@agor/e2e/world';
import { CommandId, newId, PromptId, ProviderId } from '@agor/protocol';
import { programsOf, rssMb, runnersOf, sum } from './process.ts';
import { atMost, type Row, type Sample, slope } from './row.ts';

const SESSIONS = 50;
const PER_SECOND = 4;
const WARM_UP_MS = 120_000;
const LOOK_MS = 2_000;

/** Fifty agents that talk all the time, `minutes` long: does the memory of hub, machine and pty host grow, and that of their runners? */
export async function run(minutes: number): Promise<Row[]> {
  await using world = new World({ name: 'bench-sessions' });
  await world.serve();
  using connection = await world.connect();
  const messages = Math.ceil((minutes * 60 + WARM_UP_MS / 1000 + 60) * PER_SECOND);
  for (let i = 0; i < SESSIONS; i++) {
    await connection.client.agent.query({
      commandId: newId(CommandId),
      cwd: world.folder('work'),
      provider: ProviderId.parse('demo'),
      prompt: { id: newId(PromptId), text: `burst n=${messages} rate=${PER_SECOND}`, images: [], source: 'cli' },
    });
  }
  await Bun.sleep(WARM_UP_MS);
  const { hub = 0, machine = 0, 'pty-host': ptyHost = 0 } = programsOf(world);
  const runners = runnersOf(world);
  if (runners.length !== SESSIONS) throw new Error(`${SESSIONS} runners should run, not ${runners.length}`);
  const samples: Sample[] = [];
  const runnerSamples: Sample[] = [];
  const began = performance.now();
  for (let minute = 0; minute < minutes; minute = (performance.now() - began) / 60_000) {
    samples.push({ x: minute, y: sum([hub, machine, ptyHost].map(rssMb)) });
    runnerSamples.push({ x: minute, y: sum(runners.map(rssMb)) });
    await Bun.sleep(LOOK_MS);
  }
  return [
    {
      name: `${SESSIONS} sessions for ${minutes} min: hub + machine + pty host, RSS`,
      value: samples.at(-1)?.y ?? 0,
      unit: 'MB',
    },
    atMost('… its slope after the warm-up', slope(samples), 1, 'MB/min'),
    { name: `… the ${SESSIONS} runners, RSS`, value: runnerSamples.at(-1)?.y ?? 0, unit: 'MB' },
    atMost('… their slope, each', slope(runnerSamples) / SESSIONS, 0.1, 'MB/min'),
  ];
}
