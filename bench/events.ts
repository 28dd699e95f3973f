import { follow } from '@agor/cli';
import { World } from '@agor/e2e/world';
import { CommandId, newId, PromptId, ProviderId, type SessionEvent } from '@agor/protocol';
import { rssMb } from './idle.ts';
import { atLeast, atMost, percentile, type Row } from './row.ts';

/** From a runner's line to a subscribed socket, with the commit between: how many a second, and how late at a given rate. */
export async function run(): Promise<Row[]> {
  await using world = new World({ name: 'bench-events' });
  const { info } = await world.serve();
  await burst(world, 'burst n=20000'); // warm
  const flat = await burst(world, 'burst n=200000');
  const memory = rssMb(info.pid) + rssMb(world.machinePid ?? info.pid);
  const slow = await burst(world, 'burst n=10000 rate=1000');
  const fast = await burst(world, 'burst n=100000 rate=20000');
  return [
    atLeast('events, flat out', flat.perSecond, 30_000, '/s'),
    { name: '… hub + machine RSS after it', value: memory, unit: 'MB' },
    atMost('events at 1 000/s, p50', percentile(slow.lateMs, 0.5), 5, 'ms'),
    atMost('events at 1 000/s, p99', percentile(slow.lateMs, 0.99), 15, 'ms'),
    atMost('events at 20 000/s, p99', percentile(fast.lateMs, 0.99), 50, 'ms'),
  ];
}

interface Burst {
  readonly perSecond: number;
  /** Per message: from its making in the runner to its arrival here. */
  readonly lateMs: number[];
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
  for await (const item of follow(connection, { paths: world.paths, sessionId, tail: 5000, restartHub: false })) {
    if ('delta' in item) continue;
    const now = performance.timeOrigin + performance.now();
    for (const event of 'snapshot' in item ? item.events : [item.event]) {
      if (isNumbered(event)) {
        first ||= now;
        lateMs.push(now - event.message.timestamp);
      }
      if (event.kind === 'turnEnded') return { perSecond: lateMs.length / ((now - first) / 1000), lateMs };
    }
  }
  throw new Error('the session ended before its turn did');
}

function isNumbered(event: SessionEvent): event is SessionEvent & { kind: 'message' } {
  return event.kind === 'message' && event.message.type === 'text';
}
