import { expect, test } from 'bun:test';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { newId, PromptId, ProviderId, type SessionEvent } from '@agor/protocol';
import { openCore } from './core/index.ts';
import { command, startTestHub } from './testing/test-hub.ts';

test('a prompt given over the wire is answered by the demo agent', async () => {
  await using hub = await startTestHub({ openCore });
  await hub.hub.machineTried;
  const { client } = hub;
  try {
    const cwd = join(hub.dir, 'shop');
    mkdirSync(cwd);
    const provider = ProviderId.parse('demo');
    const { projectId } = await client.groups.addProject({ commandId: command(), cwd, provider });

    const statuses = await client.providers.list({ refresh: true });
    expect(statuses.find((status) => status.id === provider)?.install).toEqual({ state: 'builtIn' });
    const { passed } = await client.misc.environment({ provider });
    expect(passed).toContain('PATH');

    const prompt = { id: newId(PromptId), text: 'help' };
    const { sessionId } = await client.agent.query({ commandId: command(), cwd, prompt });
    const kinds: string[] = [];
    for await (const frame of await client.events.follow({ sessionId })) {
      const events: SessionEvent[] =
        frame.kind === 'snapshot'
          ? frame.events
          : frame.kind === 'batch'
            ? frame.items.flatMap((item) => ('event' in item ? [item.event] : []))
            : [];
      kinds.push(...events.map((event) => event.kind));
      if (kinds.includes('turnEnded')) break;
    }
    expect(kinds).toContain('promptDelivered');
    expect(kinds).toContain('message');
    expect((await client.session.get({ sessionId })).state).toMatchObject({ projectId, provider });
  } finally {
    await hub.hub.core.machine.shutdown();
  }
}, 60_000);
