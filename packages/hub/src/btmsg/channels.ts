import { type AgentId, type Channel, type ChannelMessage, type GroupId, SYSTEM } from '@agor/protocol';
import type { Actor } from './actor.ts';
import { findAgent } from './agents.ts';
import { audit } from './audit.ts';
import type { TeamContext } from './context.ts';
import { TeamFailure } from './failure.ts';
import { MAX_PER_MINUTE } from './loops.ts';

interface ChannelRow {
  id: string;
  name: string;
  groupId: string;
  createdBy: string;
  createdAt: number;
  members: string | null;
}

const SELECT = `SELECT c.id, c.name, c.group_id AS groupId, c.created_by AS createdBy, c.created_at AS createdAt,
  (SELECT group_concat(agent_id) FROM channel_members m WHERE m.channel_id = c.id) AS members FROM channels c`;
/** Every group has them: where work that is ready is told, and what came of it (spec §6.2). */
export const REVIEW_QUEUE = 'review-queue';
export const REVIEW_LOG = 'review-log';

/** Channels of one group; more are refused. */
const MAX_CHANNELS = 200;

/** The channels that every group has, with all its role agents in them: they are to read and write there. */
export function ensureReviewChannels(ctx: TeamContext, groupId: GroupId): void {
  const { raw } = ctx.db;
  const now = ctx.clock.now();
  for (const name of [REVIEW_QUEUE, REVIEW_LOG]) {
    raw
      .query('INSERT OR IGNORE INTO channels (id, name, group_id, created_by, created_at) VALUES (?, ?, ?, ?, ?)')
      .run(crypto.randomUUID(), name, groupId, SYSTEM, now);
    raw
      .query(
        `INSERT OR IGNORE INTO channel_members (channel_id, agent_id, joined_at)
           SELECT c.id, a.id, ?3 FROM channels c, agents a
            WHERE c.group_id = ?1 AND c.name = ?2 AND a.present = 1 AND a.group_id = ?1 AND a.tier = 1`,
      )
      .run(groupId, name, now);
  }
}

/** Whoever makes a channel is in it. Throws `TeamFailure` invalid when the group has one of that name. */
export function createChannel(ctx: TeamContext, actor: Actor, name: string, groupId: GroupId): Channel {
  const { raw } = ctx.db;
  if (raw.query('SELECT 1 FROM channels WHERE group_id = ? AND name = ?').get(groupId, name))
    throw new TeamFailure('invalid', `There is a channel "${name}" already.`);
  const count = raw
    .query<{ n: number }, [string]>('SELECT count(*) AS n FROM channels WHERE group_id = ?')
    .get(groupId);
  if ((count?.n ?? 0) >= MAX_CHANNELS)
    throw new TeamFailure('invalid', `The group has ${MAX_CHANNELS} channels already. Use one of them.`);
  const id = crypto.randomUUID();
  const now = ctx.clock.now();
  raw
    .query('INSERT INTO channels (id, name, group_id, created_by, created_at) VALUES (?, ?, ?, ?, ?)')
    .run(id, name, groupId, actor.id, now);
  raw.query('INSERT INTO channel_members (channel_id, agent_id, joined_at) VALUES (?, ?, ?)').run(id, actor.id, now);
  ctx.changed({ kind: 'agents' });
  return findChannel(ctx, actor, id);
}

/** Those of the actor's group; a person sees all. */
export function listChannels(ctx: TeamContext, actor: Actor): Channel[] {
  return ctx.db.raw
    .query<ChannelRow, [string | null]>(`${SELECT} WHERE ?1 IS NULL OR c.group_id = ?1 ORDER BY c.name`)
    .all(actor.groupId)
    .map(asChannel);
}

export function postToChannel(ctx: TeamContext, actor: Actor, word: string, content: string): string {
  const channel = findChannel(ctx, actor, word);
  requireMember(actor, channel);
  if (actor.tier > 0) requireCalmIn(ctx, actor, channel);
  return post(ctx, actor.id, channel.id, content);
}

/** Tells in a channel of the group what agor itself noticed. */
export function postAsSystem(ctx: TeamContext, groupId: GroupId, name: string, content: string): void {
  const row = ctx.db.raw
    .query<{ id: string }, [string, string]>('SELECT id FROM channels WHERE group_id = ? AND name = ?')
    .get(groupId, name);
  if (row) post(ctx, SYSTEM, row.id, content);
}

/** Newest last. */
export function channelHistory(ctx: TeamContext, actor: Actor, word: string, limit: number): ChannelMessage[] {
  const channel = findChannel(ctx, actor, word);
  requireMember(actor, channel);
  return ctx.db.raw
    .query<ChannelMessage, [string, number]>(
      `SELECT m.id, m.channel_id AS channelId, m.from_agent AS "from", a.name AS fromName, a.role AS fromRole,
              m.content, m.created_at AS createdAt
         FROM channel_messages m JOIN agents a ON a.id = m.from_agent WHERE m.channel_id = ?
        ORDER BY m.created_at DESC, m.rowid DESC LIMIT ?`,
    )
    .all(channel.id, limit)
    .reverse();
}

/** `own`: only a member may bring others in. */
export function addToChannel(
  ctx: TeamContext,
  actor: Actor,
  reach: 'group' | 'own',
  word: string,
  agent: string,
): boolean {
  const channel = findChannel(ctx, actor, word);
  if (reach === 'own') requireMember(actor, channel);
  const { id } = findAgent(ctx, agent, channel.groupId);
  const { changes } = ctx.db.raw
    .query('INSERT OR IGNORE INTO channel_members (channel_id, agent_id, joined_at) VALUES (?, ?, ?)')
    .run(channel.id, id, ctx.clock.now());
  if (changes > 0) ctx.changed({ kind: 'agents' });
  return changes > 0;
}

/** Throws when an agent posts faster than anybody reads. */
function requireCalmIn({ db: { raw }, clock }: TeamContext, actor: Actor, { id, name }: Channel): void {
  const sent = raw
    .query<{ n: number }, [string, string, number]>(
      'SELECT count(*) AS n FROM channel_messages WHERE channel_id = ? AND from_agent = ? AND created_at > ?',
    )
    .get(id, actor.id, clock.now() - 60_000);
  if ((sent?.n ?? 0) >= MAX_PER_MINUTE)
    throw new TeamFailure(
      'rateLimit',
      `More than ${MAX_PER_MINUTE} posts in #${name} within a minute. Put it into one.`,
    );
}

function post(ctx: TeamContext, from: AgentId, channelId: string, content: string): string {
  const id = crypto.randomUUID();
  ctx.db.raw
    .query('INSERT INTO channel_messages (id, channel_id, from_agent, content, created_at) VALUES (?, ?, ?, ?, ?)')
    .run(id, channelId, from, content, ctx.clock.now());
  audit(ctx, from, 'btmsg_sent', `to the channel ${channelId}: ${content.slice(0, 200)}`);
  ctx.changed({ kind: 'channel', channelId, id });
  return id;
}

function findChannel(ctx: TeamContext, actor: Actor, word: string): Channel {
  const found = ctx.db.raw
    .query<ChannelRow, [string, string | null]>(
      `${SELECT} WHERE (c.id = ?1 OR c.name = ?1) AND (?2 IS NULL OR c.group_id = ?2) LIMIT 2`,
    )
    .all(word, actor.groupId);
  const [first, second] = found;
  if (!first) throw new TeamFailure('notFound', `There is no channel "${word}". \`btmsg channel list\` lists them.`);
  if (second && first.id !== word)
    throw new TeamFailure(
      'ambiguous',
      `Several groups have a channel "${word}". Use its id, as \`btmsg channel list\` shows it.`,
    );
  return asChannel(first);
}

function requireMember(actor: Actor, channel: Channel): void {
  if (actor.tier === 0 || channel.members.includes(actor.id)) return;
  throw new TeamFailure(
    'forbidden',
    `You are not in the channel "${channel.name}". Its members or the manager can add you.`,
  );
}

function asChannel(row: ChannelRow): Channel {
  return {
    ...row,
    groupId: row.groupId as GroupId,
    createdBy: row.createdBy as AgentId,
    members: (row.members ?? '').split(',').filter(Boolean) as AgentId[],
  };
}
