import { expect, test } from 'bun:test';
import { CommandId, GroupId, newId } from '@agor/protocol';
import { until } from '@agor/runtime/testing';
import { type Member, TeamWorld } from './team-world.ts';

const LIMIT_MS = 120_000;
const crew: readonly Member[] = [
  { id: 'chief', name: 'Chief', role: 'manager' },
  { id: 'web', name: 'Web' },
];

test(
  'agents of a group go on working while another group is shown, in the same process and the same turn',
  async () => {
    await using world = new TeamWorld({ name: 'team-switch' }, crew);
    await world.serve();
    const session = await world.begin('web', 'say ready');
    await world.agor('send', session, 'hold go');
    await until('it is busy', async () => (await world.said(session)).includes('I wait for'));
    const before = await world.session();

    using connection = await world.connect();
    const { groups } = connection.client;
    const { groupId: other } = await groups.addGroup({ commandId: newId(CommandId), name: 'Other' });
    await groups.activate({ commandId: newId(CommandId), groupId: other });
    expect(JSON.parse(await Bun.file(world.paths.groupsFile).text()).activeGroupId).toBe(other);
    expect(await world.session()).toMatchObject({ sessionId: session, pid: before.pid, status: 'running' });

    // What is written to it meanwhile reaches it as ever.
    await world.ask('btmsg', 'send', 'web', 'when you are free');
    await Bun.write(`${world.folder('web')}/.agor-demo-go`, '');
    await until('it was told', async () =>
      (await world.prompts(session)).some((text) => text.includes('when you are free')),
    );
    await until('it has done both', async () => (await world.session()).status === 'done');
    expect((await world.session()).pid).toBe(before.pid);
    await groups.activate({ commandId: newId(CommandId), groupId: GroupId.parse('crew') });
    expect(await world.session()).toMatchObject({ sessionId: session, pid: before.pid, status: 'done' });
  },
  LIMIT_MS,
);

test(
  'a message to an agent that was stopped starts it again, in the session that it had',
  async () => {
    await using world = new TeamWorld({ name: 'team-stopped' }, crew);
    await world.serve();
    const session = await world.begin('chief', 'say ready');
    await world.agor('stop', session);
    await until('it is stopped', async () => (await world.session()).pid === null);
    await world.ask('btmsg', 'send', 'Chief', 'go on, please');
    await until('it has done it', async () => {
      const { status } = await world.session();
      return status === 'done' && (await world.prompts(session)).some((text) => text.includes('go on, please'));
    });
    expect((await world.session()).sessionId).toBe(session);
  },
  LIMIT_MS,
);
