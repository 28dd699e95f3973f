import { join, resolve } from 'node:path';
import { World } from '@agor/e2e/world';
import { Database } from '@agor/runtime';
import { atLeast, atMost, median, type Row } from './row.ts';

const REPO = resolve(import.meta.dir, '..');
const ALONE_RUNS = 15;
const CROWD = 12;
const CONNECTIONS = 20;
const SENDS = 10_000;
const UPDATES = 2_000;

/**
 * btmsg and bttask: one command alone, twelve at once, and 20 client processes that send and move tasks over one connection each; then whether
 * each of it stands in the database once. The recipient's provider is switched off, so that its messages wait: what agents do with them is
 * not measured.
 */
export async function run(): Promise<Row[]> {
  await using world = new World({ name: 'bench-team' });
  await world.serve();
  await world.agor('config', 'set', 'providers.demo', '{"enabled":false}');
  await world.agor('project', 'add', world.folder('web'), '--name', 'web');
  const [web] = JSON.parse((await world.agor('project', 'ls', '--json')).stdout) as { id: string; groupId: string }[];
  if (!web) throw new Error('the project was not added');
  await world.agor('project', 'set', web.id, 'provider', '"demo"');

  const command = () => timed(world.env, 'unread');
  await command();
  const alone: number[] = [];
  for (let n = 0; n < ALONE_RUNS; n++) alone.push(await command());
  const crowd = await Promise.all(Array.from({ length: CROWD }, command));

  const before = performance.now();
  const done = await Promise.all(
    Array.from({ length: CONNECTIONS }, (_, n) => client(world, { n, to: web.id, groupId: web.groupId })),
  );
  const seconds = (performance.now() - before) / 1000;
  const acknowledged = done.flatMap(({ sent }) => sent);
  const wrong = done.reduce((sum, { wrong }) => sum + wrong, 0) + (await notOnce(world, acknowledged));
  return [
    atMost('btmsg, one command alone', median(alone), 60, 'ms'),
    atMost(`… the slowest of ${CROWD} at once`, Math.max(...crowd), 150, 'ms'),
    atLeast(`operations over ${CONNECTIONS} connections`, (SENDS + UPDATES) / seconds, 500, '/s'),
    atMost('… of them lost, doubled or refused', wrong, 0, ''),
  ];
}

async function timed(env: Record<string, string>, ...args: string[]): Promise<number> {
  const began = performance.now();
  const child = Bun.spawn([join(REPO, 'bin', 'btmsg'), ...args], { env, stdout: 'ignore', stderr: 'inherit' });
  if ((await child.exited) !== 0) throw new Error('btmsg failed');
  return performance.now() - began;
}

interface Load {
  readonly n: number;
  readonly to: string;
  readonly groupId: string;
}

/** One process with one connection; its share of the sends, and of the updates of a task of its own. */
async function client(world: World, load: Load): Promise<{ sent: string[]; wrong: number }> {
  const orders = { ...load, url: world.serving.info.url, token: world.serving.info.token };
  const child = Bun.spawn([process.execPath, join(import.meta.dir, 'team-client.ts')], {
    env: {
      ...world.env,
      ORDERS: JSON.stringify({ ...orders, sends: SENDS / CONNECTIONS, updates: UPDATES / CONNECTIONS }),
    },
    stdout: 'pipe',
    stderr: 'inherit',
  });
  return (await new Response(child.stdout).json()) as { sent: string[]; wrong: number };
}

/** How many of the acknowledged messages do not stand in the history exactly once, and how many there are besides. */
async function notOnce(world: World, acknowledged: readonly string[]): Promise<number> {
  const db = new Database(world.paths.teamDb, { readonly: true });
  const stored = db.query<{ id: string; content: string }, []>('SELECT id, content FROM messages').all();
  const status = db.query<{ n: number }, []>('SELECT coalesce(sum(version - 1), 0) AS n FROM tasks').get();
  db.close();
  const ids = new Set(stored.map(({ id }) => id));
  const lost = acknowledged.filter((id) => !ids.has(id)).length;
  const doubled = stored.length - new Set(stored.map(({ content }) => content)).size;
  return lost + doubled + Math.abs(stored.length - SENDS) + Math.abs((status?.n ?? 0) - UPDATES);
}
