import { expect, test } from 'bun:test';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Database, delay, systemClock } from '@agor/runtime';
import { until } from '@agor/runtime/testing';
import { brokenPromises, command, LoadClient } from '../load/index.ts';
import { Random } from '../world/random.ts';
import { TeamWorld } from './team-world.ts';

const CLIENTS = 4;
const WORK = { sends: 150, updates: 30 };
const KILLS = Number(process.env.AGOR_KILLS ?? 6);
const LIMIT_MS = 300_000 + KILLS * 10_000;

/** An agent that comments on a task as fast as it can, from its own shell, and notes down what it was told is done or kept. */
class Commenter {
  readonly acks: string;
  #batch = 0;

  constructor(
    private readonly world: TeamWorld,
    private readonly session: string,
  ) {
    this.acks = join(world.root, 'acks-of-the-agent');
  }

  get #stop(): string {
    return join(this.world.root, 'stop');
  }

  async begin(): Promise<void> {
    const name = `agent-${++this.#batch}`;
    // A task of its own for each batch: of one task's comments the newest 1 000 are kept.
    const { id } = await command<{ id: string }>(this.world, 'bttask', 'add', name, '--group', 'crew');
    const say = `bttask comment ${id} "${name}/$i" >/dev/null && echo "${name}/$i" >>${this.acks}`;
    const loop = `i=0; while [ ! -e ${this.#stop} ] && [ $i -lt 900 ]; do i=$((i+1)); ${say}; done`;
    await this.world.agor('send', this.session, `run ${loop}`);
    await until('the agent comments', async () => this.told.some((text) => text.startsWith(`${name}/`)));
  }

  end(): void {
    writeFileSync(this.#stop, '');
  }

  get told(): string[] {
    return existsSync(this.acks) ? readFileSync(this.acks, 'utf8').split('\n').slice(0, -1) : [];
  }
}

test(
  'kill -9 of hub, machine and clients at random moments loses nothing that was acknowledged, and doubles nothing',
  async () => {
    const seed = Number(process.env.AGOR_SEED ?? Math.floor(Math.random() * 2 ** 31));
    console.log(`kills: AGOR_SEED=${seed}`);
    const random = new Random(seed);
    await using world = new TeamWorld({ name: 'team-kills' }, [
      { id: 'web', name: 'Web' },
      { id: 'mate', name: 'Mate' },
    ]);
    await world.serve();
    const { id: shared } = await command<{ id: string }>(world, 'bttask', 'add', 'shared', '--group', 'crew');
    const agent = new Commenter(world, await world.begin('web', 'say ready'));
    await agent.begin();
    const clients: LoadClient[] = [];
    const start = () => {
      const name = `client-${clients.length}`;
      const client = new LoadClient(world, { name, to: 'mate', groupId: 'crew', shared, ...WORK });
      clients.push(client);
      return client;
    };
    const running = Array.from({ length: CLIENTS }, start);
    const killed = new Set<LoadClient>();

    for (let n = 0; n < KILLS; n++) {
      await delay(systemClock, random.between(50, 600));
      // Each is killed at least twice in six.
      const victim = n < 3 ? (['hub', 'machine', 'client'] as const)[n] : random.pick(['hub', 'machine', 'client']);
      console.log(`kill -9 of the ${victim}`);
      if (victim === 'hub') {
        await world.killHub();
        await delay(systemClock, random.between(0, 500));
        await world.serve();
      } else if (victim === 'machine') {
        const { machinePid } = world;
        if (machinePid !== null) process.kill(machinePid, 'SIGKILL');
        await until('another machine', async () => world.machinePid !== null && world.machinePid !== machinePid);
        await until('its agent can be asked again', async () =>
          (await world.sessions()).some(({ status }) => status !== 'running' && status !== 'unreachable'),
        );
        await agent.begin();
      } else {
        const at = random.between(0, running.length - 1);
        const client = running[at];
        if (client) {
          client.process.kill('SIGKILL');
          killed.add(client);
          running[at] = start();
        }
      }
    }
    agent.end();
    const codes = await Promise.all(clients.map(({ process }) => process.exited));
    expect(codes.filter((code, n) => code !== 0 && !killed.has(clients[n] as LoadClient))).toEqual([]);
    await until('what the machine kept has come', async () => missing(agent.told, comments(world)).length === 0);
    const said = comments(world);
    expect(said.length).toBe(new Set(said).size);
    expect(agent.told.length).toBeGreaterThan(0);
    // What a commenter said is in the order in which it was told that it is kept.
    expect(said.filter((text) => agent.told.includes(text))).toEqual(agent.told);
    expect(
      brokenPromises(
        world,
        clients.flatMap(({ told }) => told),
        true,
      ),
    ).toEqual([]);
  },
  LIMIT_MS,
);

function comments(world: TeamWorld): string[] {
  const db = new Database(world.paths.teamDb, { readonly: true });
  const rows = db
    .query<{ content: string }, []>("SELECT content FROM task_comments WHERE content GLOB 'agent-*' ORDER BY rowid")
    .all();
  db.close();
  return rows.map(({ content }) => content);
}

const missing = (told: readonly string[], said: readonly string[]): string[] => {
  const stored = new Set(said);
  return told.filter((text) => !stored.has(text));
};
