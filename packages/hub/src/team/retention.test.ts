import { afterEach, beforeEach, expect, test } from 'bun:test';
import { join } from 'node:path';
import { AgentId, GroupId, OPERATOR, SessionId, type Task } from '@agor/protocol';
import { ManualClock, tempDir } from '@agor/runtime/testing';
import { type Actor, ensureReviewChannels, registerAgents, retain, type TeamContext } from '../btmsg/index.ts';
import { openTeamDatabase } from '../database/index.ts';
import { callTeam } from './call.ts';
import { deliveryDone, prepareDelivery, takeBack } from './deliver.ts';

const GROUP = GroupId.parse('g');
const WEB = AgentId.parse('web');
const operator: Actor = { id: OPERATOR, role: 'admin', rights: 'admin', tier: 0, groupId: null };
const web = {
  id: WEB,
  name: 'Web',
  role: 'project',
  rights: 'project',
  groupId: GROUP,
  tier: 2,
  model: null,
  cwd: null,
} as const;

let dir: ReturnType<typeof tempDir>;
let ctx: TeamContext;
let clock: ManualClock;

beforeEach(() => {
  dir = tempDir();
  clock = new ManualClock(1_000_000);
  const db = openTeamDatabase(join(dir.path, 'btmsg.db'));
  ctx = { db, clock, changed: () => {}, isActive: () => false };
  registerAgents(ctx, [web]);
  db.write(() => ensureReviewChannels(ctx, GROUP));
});
afterEach(() => {
  ctx.db.close();
  dir[Symbol.dispose]();
});

let made = 0;
const call = <T>(operation: string, input: unknown, id = `call-${made++}`): T =>
  callTeam(ctx, operator, { id, operation, input }) as T;
const count = (table: string) => ctx.db.raw.query<{ n: number }, []>(`SELECT count(*) AS n FROM ${table}`).get()?.n;
const contents = () =>
  ctx.db.raw
    .query<{ content: string }, []>('SELECT content FROM messages ORDER BY rowid')
    .all()
    .map(({ content }) => content);
const send = (content: string) => call<{ id: string }>('btmsg.send', { to: 'web', content }).id;
function deliver(): void {
  const delivery = prepareDelivery(ctx, WEB, SessionId.parse('s1'));
  if (delivery) deliveryDone(ctx, delivery.id);
}

test('of messages the newest are kept, and none goes that waits for its agent', () => {
  for (let n = 0; n < 5; n++) send(`told ${n}`);
  deliver();
  for (let n = 0; n < 5; n++) send(`waiting ${n}`);
  retain(ctx, { messages: 7 });
  expect(contents()).toEqual(['told 3', 'told 4', ...Array.from({ length: 5 }, (_, n) => `waiting ${n}`)]);
  expect(count('seen_messages')).toBe(2);
  retain(ctx, { messages: 0 });
  expect(contents()).toHaveLength(5);
  // A delivery goes with the last of its messages.
  expect([count('seen_messages'), count('deliveries')]).toEqual([0, 0]);
});

test('how much an agent has not read and has not been told is counted right through all of it', () => {
  const counted = () => ctx.db.raw.query('SELECT unread, waiting FROM agents WHERE id = ?').get(WEB);
  const ids = Array.from({ length: 4 }, (_, n) => send(`number ${n}`));
  expect(counted()).toEqual({ unread: 4, waiting: 4 });
  const asWeb = (operation: string, input: unknown) =>
    callTeam(ctx, { ...web, groupId: GROUP }, { id: `web-${made++}-call`, operation, input });
  asWeb('btmsg.read', { id: ids[0] });
  expect(counted()).toEqual({ unread: 3, waiting: 3 });
  const delivery = prepareDelivery(ctx, WEB, SessionId.parse('s1'));
  expect(counted()).toEqual({ unread: 3, waiting: 0 });
  takeBack(ctx, delivery?.id ?? '');
  expect(counted()).toEqual({ unread: 3, waiting: 3 });
  deliver();
  asWeb('btmsg.read', { id: ids[1] });
  expect(asWeb('btmsg.unread', {})).toEqual({ count: 2 });
  retain(ctx, { messages: 1 });
  expect(counted()).toEqual({ unread: 1, waiting: 0 });
  expect(call<{ removed: number }>('btmsg.clearAll', { groupId: GROUP })).toEqual({ removed: 1 });
  expect(counted()).toEqual({ unread: 0, waiting: 0 });
});

test('a delivery that is on its way keeps its messages', () => {
  send('on its way');
  prepareDelivery(ctx, WEB, SessionId.parse('s1'));
  retain(ctx, { messages: 0 });
  expect([contents(), count('deliveries'), count('seen_messages')]).toEqual([['on its way'], 1, 1]);
});

test('an answer outlives what it answers', () => {
  const first = send('first');
  deliver();
  call('btmsg.reply', { id: first, content: 'second' });
  retain(ctx, { messages: 1 });
  expect(call('btmsg.feed', {})).toMatchObject([{ content: 'second', replyTo: null }]);
});

test('posts, comments, letters, the audit log and remembered calls keep their newest', () => {
  const { id } = call<Task>('bttask.add', { title: 'x', groupId: GROUP });
  for (let n = 0; n < 6; n++) {
    call('btmsg.channelSend', { channel: 'review-log', content: `${n}` });
    call('bttask.comment', { id, content: `${n}` });
  }
  retain(ctx, { posts: 2, comments: 3, audit: 4, calls: 5, deadLetters: 0 });
  expect(['channel_messages', 'task_comments', 'audit_log', 'done_operations', 'dead_letter_queue'].map(count)).toEqual(
    [2, 3, 4, 5, 0],
  );
  expect(call('btmsg.channelHistory', { channel: 'review-log' })).toMatchObject([{ content: '4' }, { content: '5' }]);
  expect(call<{ comments: unknown[] }>('bttask.show', { id }).comments).toMatchObject([
    { content: '3' },
    { content: '4' },
    { content: '5' },
  ]);
  clock.advance(8 * 24 * 3_600_000);
  retain(ctx);
  expect(count('done_operations')).toBe(0);
});

test('an agent that left and of whom nothing is left is forgotten; one that said something is not', () => {
  const gone = { ...web, id: AgentId.parse('gone'), name: 'Gone' };
  registerAgents(ctx, [web, gone]);
  send('hello');
  registerAgents(ctx, []);
  retain(ctx);
  expect(ctx.db.raw.query<{ id: string }, []>('SELECT id FROM agents WHERE tier > 0').all()).toEqual([{ id: 'web' }]);
});

test('looking around is remembered nowhere', () => {
  for (let n = 0; n < 3; n++) call('btmsg.inbox', {});
  expect(count('done_operations')).toBe(0);
});
