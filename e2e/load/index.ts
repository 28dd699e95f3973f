import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Database } from '@agor/runtime';
import type { World } from '../world/index.ts';
import { type Orders, Told } from './orders.ts';

const REPO = join(import.meta.dir, '..', '..');

export interface LoadSize {
  /** Processes with one connection each, all at once. */
  readonly clients: number;
  /** Of all together. */
  readonly sends: number;
  readonly updates: number;
  /** Invocations of the `btmsg` command in between. */
  readonly commands: number;
}

export interface LoadPlace {
  readonly to: string;
  readonly groupId: string;
}

export interface LoadResult {
  readonly seconds: number;
  readonly told: readonly Told[];
  /** What goes against a promise, in words. */
  readonly wrong: readonly string[];
}

/** One client process (`client-main.ts`). */
export class LoadClient {
  readonly process: Bun.Subprocess<'ignore', 'inherit', 'inherit'>;
  readonly #acks: string;

  constructor(world: World, orders: Omit<Orders, 'hubFile' | 'acks'>) {
    this.#acks = join(world.root, `acks-${orders.name}`);
    const all: Orders = { ...orders, hubFile: world.paths.hubInfoFile, acks: this.#acks };
    this.process = Bun.spawn([process.execPath, join(import.meta.dir, 'client-main.ts')], {
      env: { ...world.env, ORDERS: JSON.stringify(all) },
      stdin: 'ignore',
      stdout: 'inherit',
      stderr: 'inherit',
    });
  }

  /** What it was told, also when it was killed; a last line that was cut off was not. */
  get told(): Told[] {
    if (!existsSync(this.#acks)) return [];
    const lines = readFileSync(this.#acks, 'utf8').split('\n').slice(0, -1);
    return lines.map((line) => Told.parse(JSON.parse(line)));
  }
}

/** Clients and commands at once, without any kill. */
export async function runLoad(world: World, size: LoadSize, { to, groupId }: LoadPlace): Promise<LoadResult> {
  const { id: shared } = await command<{ id: string }>(world, 'bttask', 'add', 'shared', '--group', groupId);
  const share = (all: number) => Math.ceil(all / size.clients);
  const before = performance.now();
  const clients = Array.from({ length: size.clients }, (_, n) => {
    const work = { sends: share(size.sends), updates: share(size.updates) };
    return new LoadClient(world, { name: `client-${n}`, to, groupId, shared, ...work });
  });
  const commands = runCommands(world, to, size.commands);
  const codes = await Promise.all(clients.map((client) => client.process.exited));
  const seconds = (performance.now() - before) / 1000;
  const wrong = codes.flatMap((code, n) => (code === 0 ? [] : [`client ${n} ended with ${code}`]));
  const told = [...clients.flatMap((client) => client.told), ...(await commands)];
  return { seconds, told, wrong: [...wrong, ...brokenPromises(world, told)] };
}

/** Some at a time, as agents' shells do. */
async function runCommands(world: World, to: string, count: number): Promise<Told[]> {
  const told: Told[] = [];
  let next = 0;
  const lane = async () => {
    for (let n = next++; n < count; n = next++) {
      const content = `command/${n}`;
      const { id } = await command<{ id: string }>(world, 'btmsg', 'send', to, content);
      told.push({ did: 'send', content, id });
    }
  };
  await Promise.all([lane(), lane()]);
  return told;
}

/** The operator's command, with `--json`; fails when it was refused. */
export async function command<T>(world: World, ...[name = '', ...args]: readonly string[]): Promise<T> {
  const child = Bun.spawn([join(REPO, 'bin', name), '--json', ...args], {
    env: world.env,
    stdout: 'pipe',
    stderr: 'pipe',
  });
  const [stdout, stderr] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
  if ((await child.exited) !== 0) throw new Error(`${name} ${args.join(' ')}: ${stderr}`);
  return JSON.parse(stdout) as T;
}

/**
 * What was acknowledged beside what stands in the database: each message once, each task moved as often as somebody was told, and nothing
 * refused. With `killed` more may stand there than was acknowledged (the answer was lost), but nothing twice.
 */
export function brokenPromises(world: World, told: readonly Told[], killed = false): string[] {
  const db = new Database(world.paths.teamDb, { readonly: true });
  const messages = db
    .query<{ id: string; content: string }, []>("SELECT id, content FROM messages WHERE content GLOB '*/*'")
    .all();
  const tasks = db.query<{ id: string; version: number }, []>('SELECT id, version FROM tasks').all();
  db.close();
  const wrong: string[] = [];
  const stored = new Map<string, string[]>();
  for (const { id, content } of messages) stored.set(content, [...(stored.get(content) ?? []), id]);
  for (const [content, ids] of stored) if (ids.length > 1) wrong.push(`"${content}" stands there ${ids.length} times`);
  const sends = told.flatMap((one) => (one.did === 'send' ? [one] : []));
  for (const { content, id } of sends)
    if (!stored.get(content)?.includes(id)) wrong.push(`"${content}" was acknowledged and is lost`);
  if (!killed && messages.length !== sends.length) wrong.push(`${messages.length} messages of ${sends.length} sent`);
  for (const one of told) if (one.did === 'refused') wrong.push(`refused: ${one.why}`);
  const moves = Map.groupBy(
    told.flatMap((one) => (one.did === 'move' ? [one.task] : [])),
    (id) => id,
  );
  for (const { id, version } of tasks) {
    const moved = moves.get(id)?.length ?? 0;
    if (killed ? version - 1 < moved : version - 1 !== moved)
      wrong.push(`the task ${id} is at version ${version} after ${moved} moves`);
  }
  return wrong;
}
