import { follow } from '@agor/cli';
import { World } from '@agor/e2e/world';
import { CommandId, newId, PromptId, ProviderId, type SessionEvent } from '@agor/protocol';
import { Prober } from './lag.ts';
import { cpuSeconds, peakRssMb, programsOf, rssMb } from './process.ts';
import { atLeast, atMost, percentile, type Row } from './row.ts';

/** How long after a flood its memory is looked at. */
const REST_MS = 15_000;

/** From a runner's line to a subscribed socket, with the commit between: how many a second, how late at a given rate, and what each costs. */
export async function run(): Promise<Row[]> {
  await using world = new World({ name: 'bench-events' });
  await world.serve();
  await burst(world, 'burst n=20000'); // warm
  const flat = await burst(world, 'burst n=200000');
  const { hub = 0, machine = 0 } = programsOf(world);
  const peak = peakRssMb(hub) + peakRssMb(machine);
  await Bun.sleep(REST_MS);
  const rested = rssMb(hub) + rssMb(machine);
  const slow = await burst(world, 'burst n=10000 rate=1000');
  const fast = await burst(world, 'burst n=100000 rate=20000');
  const prober = await Prober.start(world);
  await burst(world, 'burst n=100000 rate=20000');
  const lag = await prober.stop();
  return [
    atLeast('events, flat out', flat.perSecond, 30_000, '/s'),
    ...costs(flat),
    { name: '… hub + machine, peak RSS', value: peak, unit: 'MB' },
    { name: '… hub + machine, RSS at rest after it', value: rested, unit: 'MB' },
    atMost('events at 1 000/s, p50', percentile(slow.lateMs, 0.5), 5, 'ms'),
    atMost('events at 1 000/s, p99', percentile(slow.lateMs, 0.99), 15, 'ms'),
    ...costs(slow),
    { name: 'events at 20 000/s, p50', value: percentile(fast.lateMs, 0.5), unit: 'ms' },
    atMost('events at 20 000/s, p99', percentile(fast.lateMs, 0.99), 50, 'ms'),
    { name: '… a question to the hub during the same again, p99', value: percentile(lag.hub, 0.99), unit: 'ms' },
    {
      name: '… a question to the machine during the same again, p99',
      value: percentile(lag.machine, 0.99),
      unit: 'ms',
    },
  ];
}

interface Burst {
  readonly perSecond: number;
  /** Per message: from its making in the runner to its arrival here. */
  readonly lateMs: number[];
  /** Processor time per event in µs, by program. */
  readonly cost: Readonly<Record<string, number>>;
}

function costs({ cost }: Burst): Row[] {
  return ['runner', 'machine', 'hub', 'client'].map((program) => ({
    name: `… processor time of the ${program} per event`,
    value: cost[program] ?? Number.NaN,
    unit: 'µs',
  }));
}

async function burst(world: World, text: string): Promise<Burst> {
  using connection = await world.connect();
  const promptId = newId(PromptId);
  const { sessionId } = await connection.client.agent.query({
    commandId: newId(CommandId),
    cwd: world.folder('work'),
    provider: ProviderId.parse('demo'),
    prompt: { id: promptId, text, images: [], source: 'cli' },
  });
  const lateMs: number[] = [];
  let first = 0;
  let spent: () => Record<string, number> = () => ({});
  for await (const item of follow(connection, { paths: world.paths, sessionId, tail: 5000, restartHub: false })) {
    if ('delta' in item) continue;
    const now = performance.timeOrigin + performance.now();
    for (const event of 'snapshot' in item ? item.events : [item.event]) {
      if (isNumbered(event)) {
        if (first === 0) {
          first = now;
          spent = stopwatch({ ...programsOf(world), client: process.pid });
        }
        lateMs.push(now - event.message.timestamp);
      }
      if (event.kind === 'turnEnded') {
        const perSecond = lateMs.length / ((now - first) / 1000);
        const cost = Object.entries(spent()).map(([program, seconds]) => [program, (seconds / lateMs.length) * 1e6]);
        await connection.client.agent.stop({ commandId: newId(CommandId), sessionId });
        return { perSecond, lateMs, cost: Object.fromEntries(cost) };
      }
    }
  }
  throw new Error('the session ended before its turn did');
}

/** Processor seconds of each process since now. */
function stopwatch(pids: Record<string, number>): () => Record<string, number> {
  const at = () => Object.fromEntries(Object.entries(pids).map(([name, pid]) => [name, cpuSeconds(pid)]));
  const before = at();
  return () => Object.fromEntries(Object.entries(at()).map(([name, now]) => [name, now - (before[name] ?? 0)]));
}

function isNumbered(event: SessionEvent): event is SessionEvent & { kind: 'message' } {
  return event.kind === 'message' && event.message.type === 'text';
}
