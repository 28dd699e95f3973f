import { afterEach, beforeEach, expect, test } from 'bun:test';
import { join } from 'node:path';
import {
  AgentId,
  type AuditEntry,
  type BtmsgOperation,
  GroupId,
  OPERATOR,
  type Task,
  type TeamMessage,
  type WakeTrigger,
} from '@agor/protocol';
import { ManualClock, tempDir } from '@agor/runtime/testing';
import {
  type Actor,
  ensureReviewChannels,
  type RightsRole,
  registerAgents,
  rights,
  sendAsSystem,
  type TeamChange,
  type TeamContext,
} from '../btmsg/index.ts';
import { openTeamDatabase } from '../database/index.ts';
import { testWakes } from '../wake/testing.ts';
import { callTeam } from './call.ts';

const one = GroupId.parse('g1');
const two = GroupId.parse('g2');
const roles: readonly RightsRole[] = ['manager', 'architect', 'tester', 'reviewer', 'project'];

let dir: ReturnType<typeof tempDir>;
let ctx: TeamContext;
let clock: ManualClock;
let changes: TeamChange[];

beforeEach(() => {
  dir = tempDir();
  clock = new ManualClock(1_000_000);
  changes = [];
  const db = openTeamDatabase(join(dir.path, 'btmsg.db'));
  ctx = { db, clock, changed: (change) => changes.push(change), isActive: () => false, wakes: testWakes(db, clock) };
  registerAgents(
    ctx,
    [one, two].flatMap((groupId) => roles.map((role) => record(role, groupId))),
  );
  db.write(() => {
    ensureReviewChannels(ctx, one);
    ensureReviewChannels(ctx, two);
  });
});
afterEach(() => {
  ctx.db.close();
  dir[Symbol.dispose]();
});

function record(role: RightsRole, groupId: GroupId) {
  const tier = role === 'project' ? (2 as const) : (1 as const);
  return {
    id: AgentId.parse(`${role}-${groupId}`),
    name: `${role} ${groupId}`,
    role,
    rights: role,
    groupId,
    tier,
    model: null,
    cwd: null,
  };
}
function actor(role: RightsRole, groupId: GroupId = one): Actor {
  if (role === 'admin') return { id: OPERATOR, role, rights: role, tier: 0, groupId: null };
  const { id, tier } = record(role, groupId);
  return { id, role, rights: role, tier, groupId };
}
let made = 0;
function call<T>(who: Actor, operation: string, input: unknown = {}, id = `call-${made++}`): T {
  return callTeam(ctx, who, { id, operation, input }) as T;
}
function codeOf(run: () => unknown): string {
  try {
    run();
    return 'done';
  } catch (error) {
    return (error as { team?: string }).team ?? String(error);
  }
}

test('a message reaches its recipient, is read once, and its answer goes back', () => {
  const { id } = call<{ id: string }>(actor('manager'), 'btmsg.send', { to: 'project-g1', content: 'build it' });
  expect(call(actor('project'), 'btmsg.unread')).toEqual({ count: 1 });
  expect(call<TeamMessage[]>(actor('project'), 'btmsg.inbox')).toMatchObject([
    { id, content: 'build it', read: false },
  ]);
  call(actor('project'), 'btmsg.read', { id: id.slice(0, 8) });
  expect(call(actor('project'), 'btmsg.unread')).toEqual({ count: 0 });
  const answer = call<{ id: string; to: string }>(actor('project'), 'btmsg.reply', {
    id: id.slice(0, 8),
    content: 'done',
  });
  expect(answer.to).toBe('manager-g1');
  expect(changes).toContainEqual({ kind: 'message', to: AgentId.parse('manager-g1'), id: answer.id });
});

test('the same call twice is done once; its id for something else is refused', () => {
  const send = { to: 'project-g1', content: 'once' };
  const first = call(actor('manager'), 'btmsg.send', send, 'same');
  expect(call(actor('manager'), 'btmsg.send', send, 'same')).toEqual(first);
  expect(call<TeamMessage[]>(actor('project'), 'btmsg.inbox')).toHaveLength(1);
  expect(codeOf(() => call(actor('manager'), 'btmsg.send', { ...send, content: 'other' }, 'same'))).toBe('invalid');
});

test('a call that was refused is refused again with the same words, and leaves its letter once', () => {
  const shout = () => call(actor('project'), 'btmsg.send', { to: 'tester-g1', content: 'hello' }, 'refused-one');
  expect(codeOf(shout)).toBe('forbidden');
  expect(shout).toThrow('Not allowed to message "tester g1"');
  expect(call(actor('admin'), 'btmsg.deadLetters')).toHaveLength(1);
  // Even when it would be allowed by now: whoever repeats it wants to know what came of it.
  call(actor('manager'), 'btmsg.allow', { from: 'project-g1', to: 'tester-g1' });
  expect(codeOf(shout)).toBe('forbidden');
  expect(call(actor('tester'), 'btmsg.inbox')).toEqual([]);

  const assign = { id: call<Task>(actor('manager'), 'bttask.add', { title: 'x' }).id, agent: 'project-g1' };
  for (const _ of [1, 2])
    expect(codeOf(() => call(actor('tester'), 'bttask.assign', assign, 'denied-one'))).toBe('forbidden');
  expect(call<AuditEntry[]>(actor('manager'), 'btmsg.audit', { type: 'rights_denied' })).toHaveLength(1);
});

test('what a refused operation had written by then is gone', () => {
  const wrong = { title: 'half', dependsOn: ['no-such-task'] };
  expect(codeOf(() => call(actor('manager'), 'bttask.add', wrong))).toBe('notFound');
  expect(call<Task[]>(actor('manager'), 'bttask.list')).toEqual([]);
});

test('windows hear of each thing that they show: reading, channels, contacts, and that all was cleared', () => {
  const { id } = call<{ id: string }>(actor('manager'), 'btmsg.send', { to: 'project-g1', content: 'hi' });
  const heard = (operation: string, who: Actor, input: unknown) => {
    changes = [];
    call(who, operation, input);
    // That something was written down is told with each of them.
    return changes.flatMap(({ kind }) => (kind === 'audit' ? [] : [kind]));
  };
  expect(heard('btmsg.read', actor('project'), { id })).toEqual(['message']);
  expect(heard('btmsg.read', actor('project'), { id })).toEqual([]);
  expect(heard('btmsg.channelCreate', actor('manager'), { name: 'plans' })).toEqual(['agents']);
  expect(heard('btmsg.channelAdd', actor('manager'), { channel: 'plans', agent: 'tester-g1' })).toEqual(['agents']);
  expect(heard('btmsg.channelAdd', actor('manager'), { channel: 'plans', agent: 'tester-g1' })).toEqual([]);
  expect(heard('btmsg.allow', actor('manager'), { from: 'project-g1', to: 'tester-g1' })).toEqual(['agents']);
  expect(heard('btmsg.clearAll', actor('admin'), { groupId: one })).toEqual(['all']);
});

test('to whoever is in no group any more, and to agor itself, there is no writing', () => {
  const { id } = call<{ id: string }>(actor('project'), 'btmsg.send', { to: 'manager-g1', content: 'hello?' });
  registerAgents(ctx, [record('manager', one)]);
  expect(codeOf(() => call(actor('manager'), 'btmsg.reply', { id, content: 'yes' }))).toBe('deadLetter');
  expect(call(actor('manager'), 'btmsg.deadLetters')).toMatchObject([{ to: 'project-g1', content: 'yes' }]);
  ctx.db.write(() => sendAsSystem(ctx, AgentId.parse('manager-g1'), 'a task is ready'));
  const told = call<TeamMessage[]>(actor('manager'), 'btmsg.inbox').at(-1);
  expect(codeOf(() => call(actor('manager'), 'btmsg.reply', { id: told?.id, content: 'thanks' }))).toBe('invalid');
});

test('only contacts are written to; what was refused stands in the dead letters and in the audit log', () => {
  expect(codeOf(() => call(actor('project'), 'btmsg.send', { to: 'tester-g1', content: 'hello' }))).toBe('forbidden');
  expect(codeOf(() => call(actor('manager'), 'btmsg.send', { to: 'project-g2', content: 'hello' }))).toBe('notFound');
  expect(call(actor('admin'), 'btmsg.deadLetters')).toMatchObject([
    { from: 'project-g1', to: 'tester-g1', content: 'hello' },
  ]);
  call(actor('manager'), 'btmsg.allow', { from: 'project-g1', to: 'tester-g1' });
  expect(codeOf(() => call(actor('project'), 'btmsg.send', { to: 'tester-g1', content: 'hello' }))).toBe('done');
});

test('two agents that answer each other without end are stopped, until the operator says a word', () => {
  let { id } = call<{ id: string }>(actor('manager'), 'btmsg.send', { to: 'project-g1', content: 'ping' });
  const last = () => {
    for (let i = 0; ; i++) {
      clock.advance(60_000);
      const who = actor(i % 2 === 0 ? 'project' : 'manager');
      try {
        ({ id } = call<{ id: string }>(who, 'btmsg.reply', { id, content: `again ${i}` }));
      } catch (error) {
        return { i, code: (error as { team?: string }).team };
      }
    }
  };
  expect(last()).toEqual({ i: 20, code: 'hopLimit' });
  const notices = () => call<TeamMessage[]>(actor('admin'), 'btmsg.inbox').map(({ content }) => content);
  expect(notices()).toEqual([expect.stringContaining('project g1 and manager g1 have answered each other 20 times')]);
  // The one that was refused tries again and again: the operator hears of it once an hour.
  const retry = () => codeOf(() => call(actor('project'), 'btmsg.reply', { id, content: 'please' }));
  expect([retry(), retry()]).toEqual(['hopLimit', 'hopLimit']);
  expect(notices()).toHaveLength(1);
  clock.advance(3_600_001);
  expect(retry()).toBe('hopLimit');
  expect(notices()).toHaveLength(2);
  const stopped = id;
  ({ id } = call<{ id: string }>(actor('admin'), 'btmsg.reply', { id, content: 'go on' }));
  expect(codeOf(() => call(actor('manager'), 'btmsg.reply', { id, content: 'yes' }))).toBe('done');
  // Also whoever answers what was said before the operator's word.
  clock.advance(60_001);
  expect(codeOf(() => call(actor('project'), 'btmsg.reply', { id: stopped, content: 'yes' }))).toBe('done');
});

test('two agents that write each other new messages without end are slowed down too, until the operator says a word', () => {
  const ping = (n: number) => {
    clock.advance(10_000);
    const [from, to] = n % 2 === 0 ? (['manager', 'project'] as const) : (['project', 'manager'] as const);
    return codeOf(() => call(actor(from), 'btmsg.send', { to: `${to}-g1`, content: `ping ${n}` }));
  };
  const codes = Array.from({ length: 201 }, (_, n) => ping(n));
  expect(codes.filter((code) => code === 'done')).toHaveLength(200);
  expect(codes.at(-1)).toBe('rateLimit');
  expect(call(actor('admin'), 'btmsg.inbox')).toMatchObject([
    { from: 'system', content: expect.stringContaining('200') },
  ]);
  call(actor('admin'), 'btmsg.send', { to: 'manager-g1', content: 'go on' });
  expect(ping(0)).toBe('done');
});

test('an agent that floods a channel is slowed down', () => {
  const post = () => codeOf(() => call(actor('tester'), 'btmsg.channelSend', { channel: 'review-log', content: 'x' }));
  for (let i = 0; i < 20; i++) expect(post()).toBe('done');
  expect(post()).toBe('rateLimit');
});

test('an agent that floods another is slowed down', () => {
  const flood = () => call(actor('manager'), 'btmsg.send', { to: 'project-g1', content: 'now' });
  for (let i = 0; i < 20; i++) flood();
  expect(codeOf(flood)).toBe('rateLimit');
  expect(call(actor('admin'), 'btmsg.inbox')).toMatchObject([
    {
      from: 'system',
      content: expect.stringContaining('manager g1 to project g1 writes more than 20 messages a minute'),
    },
  ]);
  clock.advance(60_001);
  expect(codeOf(flood)).toBe('done');
});

test('a task that is ready for review is told in the review queue, where the reviewer is', () => {
  const task = call<Task>(actor('manager'), 'bttask.add', { title: 'Build it', assign: 'project-g1' });
  call(actor('project'), 'bttask.status', { id: task.id.slice(0, 8), status: 'review', version: task.version });
  expect(call(actor('reviewer'), 'btmsg.channelHistory', { channel: 'review-queue' })).toMatchObject([
    { from: 'system', content: expect.stringContaining('Task ready for review: Build it') },
  ]);
  expect(call(actor('project'), 'bttask.show', { id: task.id })).toMatchObject({
    task: { status: 'review', version: 2 },
    comments: [{ content: 'Status: todo → review' }],
  });
});

const told = (who: RightsRole) => call<TeamMessage[]>(actor(who), 'btmsg.inbox').map(({ content }) => content);

test('what is ready for review reaches the reviewer of its group, and what is sent back reaches who did it, with why', () => {
  const task = call<Task>(actor('manager'), 'bttask.add', { title: 'Build it', assign: 'project-g1' });
  const id = task.id.slice(0, 8);
  call(actor('project'), 'bttask.status', { id, status: 'review' });
  expect(told('reviewer')).toEqual([`Task ready for review: Build it (${id}), done by project g1.`]);
  for (const other of ['manager', 'architect', 'tester', 'project'] as const) expect(told(other)).toEqual([]);
  expect(call<TeamMessage[]>(actor('reviewer', two), 'btmsg.inbox')).toEqual([]);

  // What is said during a review comes with its verdict; what is said afterwards by itself.
  call(actor('reviewer'), 'bttask.comment', { id, content: 'Tests are missing.' });
  expect(told('project')).toEqual([]);
  call(actor('reviewer'), 'bttask.status', { id, status: 'progress' });
  expect(told('project')).toEqual([
    `Your task "Build it" (${id}) was sent back by reviewer g1: it is in progress again.\n\nreviewer g1: Tests are missing.\n\nWhen it is mended: \`bttask status ${id} review\`.`,
  ]);
  call(actor('manager'), 'bttask.comment', { id, content: 'Before Friday.' });
  expect(told('project').at(-1)).toBe(`manager g1 says of your task "Build it" (${id}):\n\nBefore Friday.`);
  call(actor('project'), 'bttask.comment', { id, content: 'Fine.' });
  call(actor('project'), 'bttask.status', { id, status: 'review' });
  call(actor('reviewer'), 'bttask.status', { id, status: 'done' });
  expect(told('project')).toHaveLength(2);
  expect(told('reviewer')).toHaveLength(2);
});

test('without a reviewer its manager is told of what is ready for review', () => {
  registerAgents(ctx, [record('manager', one), record('project', one)]);
  const task = call<Task>(actor('manager'), 'bttask.add', { title: 'Build it', assign: 'project-g1' });
  call(actor('project'), 'bttask.status', { id: task.id, status: 'review' });
  expect(told('manager')).toEqual([expect.stringContaining('Task ready for review: Build it')]);
});

test('who works on an old version of a task is told', () => {
  const task = call<Task>(actor('manager'), 'bttask.add', { title: 'Build it' });
  call(actor('manager'), 'bttask.edit', { id: task.id, title: 'Build it well', version: 1 });
  // Also when it stands by now where it was to be moved: it was somebody else who moved it.
  for (const status of ['progress', 'todo'])
    expect(codeOf(() => call(actor('architect'), 'bttask.status', { id: task.id, status, version: 1 }))).toBe(
      'conflict',
    );
});

test('a task waits for those it depends on, and tasks never wait in a circle', () => {
  const first = call<Task>(actor('manager'), 'bttask.add', { title: 'first' });
  const second = call<Task>(actor('manager'), 'bttask.add', { title: 'second', dependsOn: [first.id] });
  expect(codeOf(() => call(actor('manager'), 'bttask.status', { id: second.id, status: 'progress' }))).toBe('invalid');
  expect(codeOf(() => call(actor('manager'), 'bttask.depend', { id: first.id, on: [second.id] }))).toBe('invalid');
  call(actor('manager'), 'bttask.status', { id: first.id, status: 'done' });
  expect(codeOf(() => call(actor('manager'), 'bttask.status', { id: second.id, status: 'progress' }))).toBe('done');
});

test('every role may do what the table says in its own group, and nothing in another', () => {
  const inputs: Record<string, (groupId: GroupId, subject: Subject) => unknown> = {
    'btmsg.read': (_, { message }) => ({ id: message }),
    'btmsg.send': (groupId) => ({ to: `manager-${groupId}`, content: 'hello' }),
    'btmsg.reply': (_, { message }) => ({ id: message, content: 'hello' }),
    'btmsg.history': (groupId) => ({ with: `manager-${groupId}` }),
    'btmsg.allow': (groupId) => ({ from: `project-${groupId}`, to: `tester-${groupId}` }),
    'btmsg.channelCreate': (groupId, { name }) => ({ name, groupId }),
    'btmsg.channelSend': (_, { channel }) => ({ channel, content: 'hello' }),
    'btmsg.channelHistory': (_, { channel }) => ({ channel }),
    'btmsg.channelAdd': (groupId, { channel }) => ({ channel, agent: `tester-${groupId}` }),
    'btmsg.wakeAdd': (groupId) => ({ agent: `project-${groupId}`, condition: yearly }),
    'btmsg.wakeRemove': (_, { wake }) => ({ id: wake }),
    'btmsg.clearAll': (groupId) => ({ groupId }),
    'bttask.list': (groupId) => ({ groupId }),
    'bttask.board': (groupId) => ({ groupId }),
    'bttask.add': (groupId) => ({ title: 'new', groupId }),
    'bttask.assign': (groupId, { task }) => ({ id: task, agent: `tester-${groupId}` }),
    'bttask.status': (_, { task }) => ({ id: task, status: 'progress' }),
    'bttask.edit': (_, { task }) => ({ id: task, title: 'renamed' }),
    'bttask.depend': (_, { task }) => ({ id: task, on: [] }),
    'bttask.comment': (_, { task }) => ({ id: task, content: 'hello' }),
    'bttask.show': (_, { task }) => ({ id: task }),
    'bttask.delete': (_, { task }) => ({ id: task }),
  };
  /** These say nothing of a group: they are about whoever asks. */
  const aboutOneself = [
    'inbox',
    'contacts',
    'status',
    'whoami',
    'graph',
    'unread',
    'channelList',
    'deadLetters',
    'audit',
    'feed',
    'wakeList',
  ] satisfies BtmsgOperation[];
  const wrong: string[] = [];
  for (const operation of Object.keys(rights) as (keyof typeof rights)[]) {
    for (const role of ['admin', ...roles] as const) {
      for (const groupId of [one, two]) {
        if (groupId === two && aboutOneself.some((name) => operation === `btmsg.${name}`)) continue;
        const who = actor(role);
        // Made so that "own" holds: addressed to the actor, assigned to and made by it, in its channel.
        const subject = subjectFor(who, groupId);
        const got = codeOf(() => call(who, operation, inputs[operation]?.(groupId, subject) ?? {}));
        const reach = rights[operation][role];
        const foreign = groupId === two && role !== 'admin';
        const may = reach !== 'no' && !foreign;
        const selfMessage = operation === 'btmsg.send' && role === 'manager' && !foreign;
        const fits = may ? got === (selfMessage ? 'invalid' : 'done') : ['forbidden', 'notFound'].includes(got);
        if (!fits) wrong.push(`${role} ${operation} in ${groupId === one ? 'its own' : 'another'} group: ${got}`);
      }
    }
  }
  expect(wrong).toEqual([]);
  // Hundreds of transactions, each on the disk before it returns.
}, 60_000);

const yearly = { kind: 'cron', expression: '0 0 1 1 *' };

/** One of a group, in which the actor is when it is its own; a group has a bounded number of them. */
function channelFor(who: Actor, groupId: GroupId): string {
  const name = `of-${who.id}`;
  const [known] = ctx.db.raw
    .query<{ id: string }, [string, string]>('SELECT id FROM channels WHERE name = ? AND group_id = ?')
    .all(name, groupId);
  if (known) return known.id;
  const { id } = call<{ id: string }>(actor('admin'), 'btmsg.channelCreate', { name, groupId });
  if (who.groupId === groupId) call(actor('admin'), 'btmsg.channelAdd', { channel: id, agent: who.id });
  return id;
}

interface Subject {
  readonly wake: string;
  readonly message: string;
  readonly task: string;
  readonly channel: string;
  readonly name: string;
}

/** A message, a task and a channel of a group; of its own group they are the actor's. */
function subjectFor(who: Actor, groupId: GroupId): Subject {
  const own = who.groupId === groupId;
  clock.advance(60_001);
  const to = own ? who.id : `tester-${groupId}`;
  const { id: message } = call<{ id: string }>(actor('admin'), 'btmsg.send', { to, content: 'a word' });
  const assign = own ? who.id : `project-${groupId}`;
  const task = call<Task>(actor('admin'), 'bttask.add', { title: 'a task', groupId, assign });
  if (own) ctx.db.raw.query('UPDATE tasks SET created_by = ? WHERE id = ?').run(who.id, task.id);
  const channel = channelFor(who, groupId);
  // An agent has a bounded number of wakes: those that are left are removed.
  for (const left of ctx.wakes?.list() ?? []) ctx.wakes?.drop(left.id);
  const wake = call<WakeTrigger>(actor('admin'), 'btmsg.wakeAdd', { agent: to, condition: yearly });
  return { message, task: task.id, channel, name: `new-${made++}`, wake: wake.id };
}

test('a manager has agents of its group woken, sees the wakes of all, and never chooses a command that runs', () => {
  const wake = call<WakeTrigger>(actor('manager'), 'btmsg.wakeAdd', { agent: 'project g1', condition: yearly });
  expect(wake).toMatchObject({ agentId: 'project-g1', createdBy: 'manager-g1' });
  const seen = (who: Actor) => call<WakeTrigger[]>(who, 'btmsg.wakeList').map(({ id }) => id);
  expect([seen(actor('manager')), seen(actor('project')), seen(actor('tester'))]).toEqual([[wake.id], [wake.id], []]);
  expect([seen(actor('manager', two)), seen(actor('admin'))]).toEqual([[], [wake.id]]);
  const check = { agent: 'project g1', condition: { kind: 'check', command: 'rm -rf /' } };
  expect(codeOf(() => call(actor('manager'), 'btmsg.wakeAdd', check))).toBe('invalid');
  expect(codeOf(() => call(actor('manager', two), 'btmsg.wakeRemove', { id: wake.id }))).toBe('notFound');
  expect(codeOf(() => call(actor('manager'), 'btmsg.wakeRemove', { id: wake.id.slice(0, 8) }))).toBe('done');
  expect(seen(actor('admin'))).toEqual([]);
});
