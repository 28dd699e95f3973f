import { expect, test } from 'bun:test';
import type { ChannelMessage, Task, TeamMessage } from '@agor/protocol';
import { until } from '@agor/runtime/testing';
import { type Member, TeamWorld } from './team-world.ts';

const LIMIT_MS = 90_000;
const crew: readonly Member[] = [
  { id: 'chief', name: 'Chief', role: 'manager' },
  { id: 'judge', name: 'Judge', role: 'reviewer' },
  { id: 'web', name: 'Web' },
];

test(
  'a message of the operator reaches an idle agent as its prompt; it answers, moves its task to review, and the review queue tells it',
  async () => {
    await using world = new TeamWorld({ name: 'team-work' }, crew);
    await world.serve();
    const task = await world.ask<Task>('bttask', 'add', 'Build the page', '--group', 'crew', '--assign', 'web');
    const { id } = await world.ask<{ id: string }>('btmsg', 'send', 'web', 'Please build the page.');
    // It had no session: it gets one, and the message is its first prompt.
    const session = await world.sessionOf('web');
    await until('the message is a prompt', async () => (await world.prompts(session)).length > 0);
    const [prompt = ''] = await world.prompts(session);
    expect(prompt).toContain('Please build the page.');
    expect(prompt).toContain(`btmsg reply ${id.slice(0, 8)}`);

    await world.agor('send', session, `run btmsg reply ${id.slice(0, 8)} on it && bttask status ${task.id} review`);
    await until('the operator has the answer', async () => (await world.inbox()).length > 0);
    expect(await world.inbox()).toMatchObject([{ from: 'web', content: 'on it', replyTo: id }]);
    await until('the task is in review', async () => (await world.task(task.id)).status === 'review');
    const queue = await world.ask<ChannelMessage[]>('btmsg', 'channel', 'history', 'review-queue');
    expect(queue.map(({ from, content }) => ({ from: String(from), content }))).toEqual([
      { from: 'system', content: `Task ready for review: Build the page (${task.id.slice(0, 8)})` },
    ]);
    // Nobody but the operator may approve for others what is not theirs: a project's agent sees its own tasks only.
    const other = await world.ask<Task>('bttask', 'add', 'Not yours', '--group', 'crew');
    await world.agor('send', session, `run bttask status ${other.id} done`);
    await until('it was refused', async () => (await world.printed(session)).includes('There is no task'));
    expect((await world.task(other.id)).status).toBe('todo');
  },
  LIMIT_MS,
);

test(
  'kill -9 of the hub: what an agent sends meanwhile is kept by its machine and arrives once; what it looks up says that the hub is away',
  async () => {
    await using world = new TeamWorld({ name: 'team-away' }, crew);
    await world.serve();
    const session = await world.begin('web', 'say ready');
    const steps = [
      'while ! test -e away; do sleep 0.05; done',
      'btmsg send admin "while you were away"',
      'btmsg inbox || true',
      'touch sent',
    ];
    await world.agor('send', session, `run ${steps.join('; ')}`);
    await until('it waits', async () => (await world.session()).status === 'running');
    await world.killHub();
    await Bun.write(`${world.folder('web')}/away`, '');
    await until('it has sent', () => Bun.file(`${world.folder('web')}/sent`).exists());

    await world.serve();
    await until('the message is there', async () => (await world.inbox()).length > 0);
    await until('the turn is over', async () => (await world.session()).status !== 'running');
    const printed = await world.printed(session);
    expect(printed).toContain("agor's hub is away. This is kept and will be delivered when it is back.");
    expect(printed).toContain("agor's hub is away, so nothing can be looked up now.");
    expect(await world.inbox()).toMatchObject([{ from: 'web', content: 'while you were away' }]);
    // The machine repeats what it journaled to every hub that did not acknowledge it.
    await world.killHub();
    await world.serve();
    await world.agor('send', session, 'run btmsg send admin later');
    await until('the next one is there', async () => (await world.inbox()).length > 1);
    expect((await world.inbox()).map(({ content }) => content)).toEqual(['while you were away', 'later']);
  },
  LIMIT_MS,
);

test(
  'in the sandbox btmsg and bttask work, with nothing of the control socket in reach',
  async () => {
    await using world = new TeamWorld({ name: 'team-confined' }, [
      ...crew.slice(0, 1),
      { id: 'web', name: 'Web', sandboxEnabled: true },
    ]);
    await world.serve();
    const task = await world.ask<Task>('bttask', 'add', 'Build it', '--group', 'crew', '--assign', 'web');
    const session = await world.begin('web', 'say ready');
    const steps = [
      'btmsg whoami',
      'btmsg send admin "from inside"',
      `bttask status ${task.id} progress`,
      `cat ${world.paths.tokenFile} || echo no-token`,
      'touch tried',
    ];
    await world.agor('send', session, `run ${steps.join('; ')}`);
    await until('it has tried', () => Bun.file(`${world.folder('web')}/tried`).exists());
    await until('the turn is over', async () => (await world.session()).status !== 'running');
    const printed = await world.printed(session);
    expect(printed).toContain('project  web');
    expect(printed).toContain('no-token');
    expect(await world.inbox()).toMatchObject([{ from: 'web', content: 'from inside' }]);
    expect((await world.task(task.id)).status).toBe('progress');
  },
  LIMIT_MS,
);

test(
  'a message to a busy agent waits for the end of its turn, and reaches it once over a crash of the hub',
  async () => {
    await using world = new TeamWorld({ name: 'team-busy' }, crew);
    await world.serve();
    const session = await world.begin('web', 'say ready');
    await world.agor('send', session, 'hold go');
    await until('it is busy', async () => (await world.said(session)).includes('I wait for'));
    await world.ask<TeamMessage>('btmsg', 'send', 'web', 'when you are free');
    await world.killHub();
    await world.serve();
    await Bun.write(`${world.folder('web')}/.agor-demo-go`, '');
    const told = async () => (await world.prompts(session)).filter((text) => text.includes('when you are free'));
    await until('it was told', async () => (await told()).length > 0);
    await until('the turn is over', async () => (await world.session()).status !== 'running');
    expect(await told()).toHaveLength(1);
  },
  LIMIT_MS,
);
