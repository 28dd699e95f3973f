import { afterAll, beforeAll, expect, test } from 'bun:test';
import { readFileSync } from 'node:fs';
import {
  type Channel,
  type ChannelMessage,
  CommandId,
  newId,
  type Task,
  type TaskComment,
  type TeamMessage,
} from '@agor/protocol';
import { Crew, type Models, startModels } from './real-run/crew.ts';
import { FAULT } from './real-run/judge.ts';

/** Only what hangs takes as long. */
const LIMIT_MS = 600_000;
let models: Models;
beforeAll(async () => {
  models = await startModels();
}, LIMIT_MS);
afterAll(() => models[Symbol.asyncDispose]());

test(
  'a manager hands two tasks to workers of other providers; a reviewer approves one and sends one back; the person sees it all and answers once',
  async () => {
    await using crew = await Crew.start(models);
    const { operator, ids, world } = crew;
    const add = (title: string) => operator.call<Task>('bttask.add', { title, groupId: crew.group });
    const page = await add('Build the page');
    const answer = await add('Write the answer');
    const order = await operator.call<{ id: string }>('btmsg.send', { to: ids.chief, content: 'Two tasks wait.' });

    // The one thing that nobody but the person may decide comes up in the stream, and is answered there.
    const ask = await operator.seen('the ask of the local worker', () =>
      operator.sessionOf(ids.web)?.state.asks.find(({ status }) => status === 'open'),
    );
    expect(operator.sessionOf(ids.web)?.status).toBe('waiting');
    expect(ask.ask).toMatchObject({ kind: 'permission', input: { command: 'wc -c page.html' } });
    await operator.client.agent.answer({
      commandId: newId(CommandId),
      askId: ask.ask.id,
      answer: { kind: 'permission', decision: 'allow' },
    });

    const [pageDone, answerDone] = await Promise.all([
      operator.taskIn(page.id, 'done'),
      operator.taskIn(answer.id, 'done'),
    ]);
    expect([String(pageDone.assignedTo), String(answerDone.assignedTo)]).toEqual([ids.web, ids.api]);
    await operator.seen('all four at rest', () =>
      Object.values(ids).every((id) => isAtRest(operator.sessionOf(id))) ? true : undefined,
    );

    // They really worked, each in its own folder.
    expect(readFileSync(`${world.root}/crew/web/page.html`, 'utf8')).toBe('<title>Shop</title><h1>Shop</h1>\n');
    expect(readFileSync(`${world.root}/crew/api/answer.ts`, 'utf8')).toBe('export const answer = 42;\n');
    for (const id of Object.values(ids)) expect(operator.sessionOf(id)?.state.sandbox?.asked?.enabled).toBe(true);

    const story = async (id: string) => {
      const { comments } = await operator.call<{ comments: TaskComment[] }>('bttask.show', { id });
      return comments.map(({ agentName, content }) => `${agentName}: ${content}`);
    };
    expect(await story(answer.id)).toEqual([
      'api: Status: todo → progress',
      'api: Status: progress → review',
      'Judge: Status: review → done',
    ]);
    expect(await story(page.id)).toEqual([
      'web: Status: todo → progress',
      'web: Status: progress → review',
      `Judge: ${FAULT}`,
      'Judge: Status: review → progress',
      'web: Status: progress → review',
      'Judge: Status: review → done',
    ]);
    const channels = await operator.call<Channel[]>('btmsg.channelList', {});
    const { id: channel } = channels.find(({ name, groupId }) => name === 'review-log' && groupId === crew.group) ?? {};
    const log = await operator.call<ChannelMessage[]>('btmsg.channelHistory', { channel });
    expect(log.map(({ fromName, content }) => `${fromName}: ${content}`).toSorted()).toEqual([
      'Judge: Build the page: approved',
      'Judge: Build the page: sent back',
      'Judge: Write the answer: approved',
    ]);

    // Every message came up in the stream, and reached its agent once, as a prompt.
    const messages = await operator.call<TeamMessage[]>('btmsg.feed', { groupId: crew.group, limit: 200 });
    expect(messages.map(({ fromName, to }) => `${fromName} to ${nameOf(ids, to)}`).toSorted()).toEqual([
      'Chief to api',
      'Chief to web',
      'Operator to chief',
      'agor to judge',
      'agor to judge',
      'agor to judge',
      'agor to web',
      'api to chief',
      'web to chief',
      'web to chief',
    ]);
    expect(messages.map(({ id }) => id)).toContain(order.id);
    for (const { id, to } of messages) {
      expect(operator.named.inboxes.has(to)).toBe(true);
      const prompts = await promptsOf(world, operator.sessionOf(to)?.state.id ?? '');
      expect(prompts.split(`message ${id.slice(0, 8)}:`)).toHaveLength(2);
    }
    expect([...operator.named.channels]).toContain(channel ?? '');
    for (const { id } of [page, answer]) expect(operator.named.tasks.get(id)).toBeGreaterThan(0);
    for (const id of Object.values(ids)) expect(operator.statuses.get(id)).toContain('running');
    expect(operator.statuses.get(ids.web)).toContain('waiting');
    expect(await world.shutdown()).toEqual([]);
  },
  LIMIT_MS,
);

type Seen = ReturnType<Crew['operator']['sessionOf']>;
function isAtRest(session: Seen): boolean {
  return session !== undefined && session.state.turn === null && session.state.queue.length === 0;
}

function nameOf(ids: Crew['ids'], id: string): string {
  return Object.entries(ids).find(([, one]) => one === id)?.[0] ?? id;
}

async function promptsOf(world: Crew['world'], sessionId: string): Promise<string> {
  const messages = await world.messages(sessionId);
  return messages.map((message) => (message.type === 'prompt' ? message.content.text : '')).join('\n');
}
