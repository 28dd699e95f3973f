import { expect, test } from 'bun:test';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  newId,
  type ProjectId,
  PromptId,
  ProviderId,
  type SessionState,
  type Task,
  type TeamAgent,
  type WakeStrategy,
} from '@agor/protocol';
import { type Clock, systemClock } from '@agor/runtime';
import { until } from '@agor/runtime/testing';
import { openCore } from '../core/index.ts';
import { type Client, command, startTestHub, type TestHub } from '../testing/test-hub.ts';

const MINUTE = 60_000;
const LIMIT_MS = 180_000;
const demo = ProviderId.parse('demo');
/** The intervals of wakes, which are minutes, pass in fractions of a second; everything else takes its time. */
const hasty: Clock = {
  ...systemClock,
  setInterval: (fn, ms) => systemClock.setInterval(fn, ms >= MINUTE ? ms / 200 : ms),
};

/** A real hub, machine and agents: a group with a manager and a project. */
async function crew(strategy: WakeStrategy): Promise<{
  readonly hub: TestHub;
  readonly client: Client;
  readonly manager: ProjectId;
  readonly project: ProjectId;
}> {
  const hub = await startTestHub({ openCore, clock: hasty });
  await hub.hub.machineTried;
  const { client } = hub;
  const cwd = join(hub.dir, 'shop');
  mkdirSync(cwd);
  const { groupId } = await client.groups.addGroup({ commandId: command(), name: 'Crew' });
  const { projectId: project } = await client.groups.addProject({ commandId: command(), cwd, provider: demo, groupId });
  const changes = { permissionMode: 'bypassPermissions' as const };
  await client.groups.updateProject({ commandId: command(), projectId: project, changes });
  const { agentId: manager } = await client.groups.addAgent({
    commandId: command(),
    groupId,
    name: 'Chief',
    role: 'manager',
    changes: { ...changes, provider: demo, wakeStrategy: strategy, wakeIntervalMin: 1 },
  });
  return { hub, client, manager, project };
}

async function sessionsOf(client: Client, projectId: ProjectId): Promise<SessionState[]> {
  return (await client.session.list({ projectId })).map(({ state }) => state);
}
const give = (client: Client, projectId: ProjectId, text: string) =>
  client.agent.query({ commandId: command(), projectId, prompt: { id: newId(PromptId), text } });

async function promptsOf(client: Client, { id }: SessionState): Promise<{ text: string; wake?: string | undefined }[]> {
  const { events } = await client.persistence.page({ sessionId: id, before: 1_000_000, limit: 1_000 });
  return events.flatMap((event) => (event.kind === 'promptQueued' ? [event.prompt] : []));
}
async function end(hub: TestHub): Promise<void> {
  await hub.hub.core.machine.shutdown();
  await hub[Symbol.asyncDispose]();
}

test(
  'a smart manager sleeps until a project fails: then it is woken with the reason, in a session of its own',
  async () => {
    const { hub, client, manager, project } = await crew('smart');
    try {
      // Some intervals go by: what they look at is well.
      const looks = hasty.now();
      await until('some intervals have passed', () => hasty.now() - looks > (3 * MINUTE) / 200);
      expect(await sessionsOf(client, manager)).toEqual([]);
      await give(client, project, 'fail');
      await until('the manager was woken', async () => (await sessionsOf(client, manager)).length > 0);
      const [session] = await sessionsOf(client, manager);
      const [prompt] = await promptsOf(client, session as SessionState);
      expect(prompt?.text).toMatch(/^Woken: shop: /);
      expect(prompt?.text).toContain('- AttentionSpike (1): shop: ');
      expect(prompt?.wake).toMatch(/^smart wake: shop: /);
      const call = { id: crypto.randomUUID(), operation: 'btmsg.audit', input: { type: 'wake_event' } };
      const audit = (await client.team.call(call)) as { agentId: string; detail: string }[];
      expect(audit).toMatchObject([
        { agentId: manager, detail: expect.stringMatching(/^smart, fresh: AttentionSpike 1/) },
      ]);
    } finally {
      await end(hub);
    }
  },
  LIMIT_MS,
);

test(
  'a persistent manager is woken at each interval in the session that it has',
  async () => {
    const { hub, client, manager } = await crew('persistent');
    try {
      const woken = async () => {
        const [session] = await sessionsOf(client, manager);
        return session ? await promptsOf(client, session) : [];
      };
      await until('the manager was woken twice', async () => (await woken()).length >= 2);
      expect(await sessionsOf(client, manager)).toHaveLength(1);
      expect((await woken())[1]?.text).toStartWith('Woken: the regular look');
    } finally {
      await end(hub);
    }
  },
  LIMIT_MS,
);

test(
  'after Stop All neither intervals, messages nor triggers start an agent, also when the hub began anew; the person’s prompt or message frees its agent only',
  async () => {
    const { hub, client, manager, project } = await crew('persistent');
    let again: TestHub | null = null;
    try {
      await until('the manager was woken', async () => (await sessionsOf(client, manager)).length > 0);
      await give(client, project, 'wait');
      await until('the project works', async () => (await sessionsOf(client, project))[0]?.turn !== null);
      await client.agent.stopAll({ commandId: command() });
      await until('all have ended', async () =>
        [...(await sessionsOf(client, manager)), ...(await sessionsOf(client, project))].every(
          ({ process, turn }) => process === null && turn === null,
        ),
      );
      const call = async <T>(from: Client, operation: string, input: object): Promise<T> =>
        (await from.team.call({ id: crypto.randomUUID(), operation, input })) as T;
      // Not a word of the person to it, but news of its task.
      const agents = await call<TeamAgent[]>(client, 'btmsg.status', {});
      const groupId = agents.find(({ id }) => id === String(project))?.groupId;
      const { id } = await call<Task>(client, 'bttask.add', { title: 'a page', groupId, assign: project });
      await call(client, 'bttask.comment', { id, content: 'are you there?' });
      await hub.hub.close();
      again = await startTestHub({ openCore, clock: hasty, paths: hub.paths });
      await again.hub.machineTried;
      const { client: next } = again;
      const held = await next.wake.list({});
      expect(held.stopped.toSorted()).toEqual([manager, project].toSorted());
      const before = (await sessionsOf(next, manager))[0]?.seq;
      const since = hasty.now();
      await until('some intervals have passed', () => hasty.now() - since > (5 * MINUTE) / 200);
      expect((await sessionsOf(next, manager))[0]?.seq).toBe(before as number);
      expect((await sessionsOf(next, project)).map(({ process, queue }) => [process, queue.length])).toEqual([
        [null, 0],
      ]);

      await give(next, project, 'say hello');
      await until('the message came after it', async () =>
        (await Promise.all((await sessionsOf(next, project)).map((one) => promptsOf(next, one))))
          .flat()
          .some(({ text }) => text.includes('are you there?')),
      );
      expect((await next.wake.list({})).stopped).toEqual([manager]);
      expect((await sessionsOf(next, manager))[0]?.seq).toBe(before as number);
      await call(next, 'btmsg.send', { to: manager, content: 'go on' });
      expect((await next.wake.list({})).stopped).toEqual([]);
      await until('the manager is woken again', async () => (await sessionsOf(next, manager))[0]?.seq !== before);
    } finally {
      if (again) await again.hub.core.machine.shutdown();
      await again?.[Symbol.asyncDispose]();
      await hub[Symbol.asyncDispose]();
    }
  },
  LIMIT_MS,
);
