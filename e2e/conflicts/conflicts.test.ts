import { expect, test } from 'bun:test';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Connection } from '@agor/cli';
import {
  CommandId,
  type FileConflict,
  newId,
  type ProjectConflicts,
  type ProjectHealth,
  ProjectId,
  PromptId,
  type SessionId,
} from '@agor/protocol';
import { until } from '@agor/runtime/testing';
import { type Member, TeamWorld } from '../team/team-world.ts';

const LIMIT_MS = 120_000;
const SHOP = ProjectId.parse('shop');
const members: readonly Member[] = [{ id: 'shop', name: 'Shop' }];

/** What a window knows of conflicts and health. */
class Window {
  conflicts: readonly ProjectConflicts[] | null = null;
  health: readonly ProjectHealth[] = [];
  readonly ended: Promise<void>;

  constructor(private readonly connection: Connection) {
    this.ended = this.#read().catch(() => {}); // the connection's end ends it
  }

  get files(): readonly FileConflict[] {
    return this.conflicts?.flatMap(({ files }) => files) ?? [];
  }

  /** Gives a new session of the project its first prompt. */
  async begin(text: string): Promise<SessionId> {
    const { sessionId } = await this.connection.client.agent.query({
      commandId: newId(CommandId),
      projectId: SHOP,
      prompt: { id: newId(PromptId), text, images: [], source: 'web' },
    });
    return sessionId;
  }

  async #read(): Promise<void> {
    for await (const frame of await this.connection.client.events.watch({})) {
      if (frame.kind === 'snapshot' || frame.kind === 'conflicts') this.conflicts = frame.conflicts;
      if (frame.kind === 'snapshot' || frame.kind === 'health') this.health = frame.health;
    }
  }
}

test(
  'two agents on one file are a conflict, silent once acknowledged; a write of the person’s raises it again; it ends with the turns',
  async () => {
    await using world = new TeamWorld({ name: 'conflicts' }, members);
    await world.serve();
    using connection = await world.connect();
    const window = new Window(connection);
    await until('the overview is there', () => window.conflicts !== null);
    const cart = join(world.folder('shop'), 'cart.ts');
    const other = join(world.folder('shop'), 'other.ts');

    const one = await window.begin('hold one write=cart.ts');
    await until('the first has written', () => existsSync(cart));
    const two = await window.begin('hold two write=cart.ts');
    await until('the conflict is told', () => window.files.length > 0);
    expect(window.files).toMatchObject([{ path: cart, sessionIds: [one, two], external: false, acknowledged: false }]);
    await until('its health tells it', () => window.health.some((project) => project.fileConflictCount === 1));

    await connection.client.conflicts.acknowledge({ commandId: newId(CommandId), projectId: SHOP });
    await until('it is acknowledged', () => window.files.every(({ acknowledged }) => acknowledged));
    await until('health counts it no more', () => window.health.every((project) => project.fileConflictCount === 0));

    // A third agent's command writes it, which nobody could know from its words: still none from outside.
    const script = join(world.folder('shop'), 'touch.sh');
    writeFileSync(script, 'until [ -e stop ]; do echo x >> cart.ts; echo x >> other.ts; sleep 0.1; done\n');
    const three = await window.begin('hold three write=other.ts');
    await until('the third has written', () => existsSync(other));
    await window.begin('run sh touch.sh');
    await until('the command wrote', () => readFileSync(other, 'utf8').includes('x'));
    writeFileSync(join(world.folder('shop'), 'stop'), '');
    await until('only the holding ones work', async () => {
      const sessions = await world.sessions();
      return sessions.filter(({ status }) => status === 'running').length === 3;
    });
    expect(window.files).toMatchObject([{ path: cart, external: false, acknowledged: true }]);

    // Written within two seconds of an agent it would be taken as the agent's.
    await until('a write from outside is told', () => {
      writeFileSync(other, `by hand ${Math.random()}`);
      return window.files.some(({ path }) => path === other);
    });
    expect(window.files).toMatchObject([
      { path: cart, external: false, acknowledged: true },
      { path: other, sessionIds: [three], external: true, acknowledged: false },
    ]);
    await until('the person’s write to the acknowledged file raises it again', () => {
      writeFileSync(cart, `by hand ${Math.random()}`);
      return window.files.some(({ path, external, acknowledged }) => path === cart && external && !acknowledged);
    });
    await until('health counts both', () => window.health.some((project) => project.externalConflictCount === 2));

    for (const key of ['one', 'two', 'three']) writeFileSync(join(world.folder('shop'), `.agor-demo-${key}`), '');
    await until('all is over', () => window.files.length === 0);
    connection[Symbol.dispose]();
    await window.ended;
  },
  LIMIT_MS,
);
