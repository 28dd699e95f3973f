import { type AgentId, type GroupId, SYSTEM, type TeamMessage } from '@agor/protocol';
import type { Actor } from './actor.ts';
import { contactsOf, findAgent, hasContact } from './agents.ts';
import { audit, deadLetter } from './audit.ts';
import type { TeamContext } from './context.ts';
import { TeamFailure } from './failure.ts';
import { hopsAfter, requireCalm, requireRoom, whyNoRoom } from './loops.ts';
import { refusedLetter } from './refused-letter.ts';

interface MessageRow extends Omit<TeamMessage, 'read'> {
  read: number;
}

const COLUMNS = `m.id, m.from_agent AS "from", a.name AS fromName, a.role AS fromRole, m.to_agent AS "to", m.content,
  m.read, m.reply_to AS replyTo, m.hops, m.created_at AS createdAt`;
const FROM = 'FROM messages m JOIN agents a ON a.id = m.from_agent';

/**
 * Keeps a message for its recipient; the delivery into its session follows after the commit. Throws `TeamFailure`: no such
 * agent, no contact, or a loop that has to be damped; what was not accepted stands in the dead letters.
 */
export function send(ctx: TeamContext, actor: Actor, input: { readonly to: string; readonly content: string }): string {
  const to = findAgent(ctx, input.to, actor.groupId);
  if (to.id === actor.id) throw new TeamFailure('invalid', 'A message to yourself reaches nobody.');
  if (actor.tier > 0 && !hasContact(ctx, actor.id, to.id)) {
    const names = contactsOf(ctx, actor.id).map(({ name }) => name);
    const why = `Not allowed to message "${to.name}". You can write to: ${names.join(', ')}.`;
    throw refusedLetter(ctx, { from: actor.id, to: to.id, content: input.content }, 'forbidden', why);
  }
  return keep(ctx, actor, { to: to.id, content: input.content, replyTo: null, thread: null, hops: 0 });
}

/** As `send`, to whoever sent the message. */
export function reply(
  ctx: TeamContext,
  actor: Actor,
  input: { readonly id: string; readonly content: string },
): { id: string; to: AgentId } {
  const original = ownMessage(ctx, actor, input.id);
  const to = original.from === actor.id ? original.to : original.from;
  if (to === SYSTEM)
    throw new TeamFailure('invalid', 'agor itself reads no answers. Write to your manager or to the operator (admin).');
  const { thread } = threadOf(ctx, original.id);
  const letter = { from: actor.id, to, content: input.content };
  const hops = actor.tier === 0 ? 0 : hopsAfter(ctx, letter, original, thread);
  return { id: keep(ctx, actor, { to, content: input.content, replyTo: original.id, thread, hops }), to };
}

/** Tells an agent what agor itself noticed. It is delivered as any message is. */
export function sendAsSystem(ctx: TeamContext, to: AgentId, content: string): void {
  const whyNot = whyNoRoom(ctx, to);
  if (whyNot !== null) {
    deadLetter(ctx, { from: SYSTEM, to, content, error: whyNot });
    return;
  }
  const system: Actor = { id: SYSTEM, role: 'system', rights: 'admin', tier: 0, groupId: null };
  keep(ctx, system, { to, content, replyTo: null, thread: null, hops: 0 });
}

function keep(
  ctx: TeamContext,
  actor: Actor,
  message: { to: AgentId; content: string; replyTo: string | null; thread: string | null; hops: number },
): string {
  const now = ctx.clock.now();
  const id = crypto.randomUUID();
  const { raw } = ctx.db;
  const letter = { from: actor.id, to: message.to, content: message.content };
  requireRoom(ctx, letter);
  if (actor.tier > 0) requireCalm(ctx, letter);
  raw
    .query(
      `INSERT INTO messages (id, from_agent, to_agent, content, reply_to, thread_id, hops, group_id, sender_group_id, created_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, (SELECT group_id FROM agents WHERE id = ?), ?, ?)`,
    )
    .run(
      id,
      actor.id,
      message.to,
      message.content,
      message.replyTo,
      message.thread ?? id,
      message.hops,
      message.to,
      actor.groupId,
      now,
    );
  audit(ctx, actor.id, 'btmsg_sent', `to ${message.to}: ${message.content.slice(0, 200)}`);
  ctx.changed({ kind: 'message', to: message.to, id });
  return id;
}

/** Newest last. Reading the list marks nothing as read. */
export function inbox(
  { db: { raw } }: TeamContext,
  actor: Actor,
  { all, limit }: { all: boolean; limit: number },
): TeamMessage[] {
  return raw
    .query<MessageRow, [string, number]>(
      `SELECT ${COLUMNS} ${FROM} WHERE m.to_agent = ? ${all ? '' : 'AND m.read = 0'} ORDER BY m.created_at DESC, m.rowid DESC LIMIT ?`,
    )
    .all(actor.id, limit)
    .map(asMessage)
    .reverse();
}

/** One message with what it answers; marks it as read when it is addressed to the reader. */
export function read(
  ctx: TeamContext,
  actor: Actor,
  id: string,
): { message: TeamMessage; repliesTo: TeamMessage | null } {
  const message = ownMessage(ctx, actor, id);
  if (message.to === actor.id && !message.read) {
    ctx.db.raw.query('UPDATE messages SET read = 1, waiting = 0 WHERE id = ?').run(message.id);
    ctx.changed({ kind: 'message', to: actor.id, id: message.id });
    audit(ctx, actor.id, 'btmsg_received', `from ${message.from}: ${message.content.slice(0, 200)}`);
  }
  return { message: { ...message, read: true }, repliesTo: message.replyTo ? byId(ctx, message.replyTo) : null };
}

/** What two said to each other, newest last. */
export function history(
  ctx: TeamContext,
  actor: Actor,
  input: { readonly with: string; readonly limit: number },
): TeamMessage[] {
  const other = findAgent(ctx, input.with, actor.groupId).id;
  return ctx.db.raw
    .query<MessageRow, [string, string, number]>(
      `SELECT ${COLUMNS} ${FROM} WHERE (m.from_agent = ?1 AND m.to_agent = ?2) OR (m.from_agent = ?2 AND m.to_agent = ?1)
        ORDER BY m.created_at DESC, m.rowid DESC LIMIT ?3`,
    )
    .all(actor.id, other, input.limit)
    .map(asMessage)
    .reverse();
}

/** Everything that was said in a group, or in all, newest last. */
export function feed({ db: { raw } }: TeamContext, groupId: GroupId | null, limit: number): TeamMessage[] {
  return raw
    .query<MessageRow, [string | null, number]>(
      `SELECT ${COLUMNS} ${FROM} WHERE ?1 IS NULL OR m.group_id = ?1 OR m.sender_group_id = ?1
        ORDER BY m.created_at DESC, m.rowid DESC LIMIT ?2`,
    )
    .all(groupId, limit)
    .map(asMessage)
    .reverse();
}

export function unread({ db: { raw } }: TeamContext, id: AgentId): number {
  return raw.query<{ unread: number }, [string]>('SELECT unread FROM agents WHERE id = ?').get(id)?.unread ?? 0;
}

/** The one message whose id begins so and that the actor sent or got; any, for the operator. */
function ownMessage({ db: { raw } }: TeamContext, actor: Actor, prefix: string): TeamMessage {
  const whose = actor.tier === 0 ? null : actor.id;
  const found = raw
    .query<MessageRow, [string, string | null]>(
      `SELECT ${COLUMNS} ${FROM} WHERE m.id >= ?1 AND m.id < ?1 || '~'
        AND (?2 IS NULL OR m.from_agent = ?2 OR m.to_agent = ?2) LIMIT 2`,
    )
    .all(prefix.toLowerCase(), whose);
  const [first, second] = found;
  if (!first)
    throw new TeamFailure('notFound', `There is no message ${prefix} of yours. \`btmsg inbox --all\` lists them.`);
  if (second) throw new TeamFailure('ambiguous', `Several messages begin with ${prefix}. Give more of the id.`);
  return asMessage(first);
}

function byId({ db: { raw } }: TeamContext, id: string): TeamMessage | null {
  const row = raw.query<MessageRow, [string]>(`SELECT ${COLUMNS} ${FROM} WHERE m.id = ?`).get(id);
  return row && asMessage(row);
}

function threadOf({ db: { raw } }: TeamContext, id: string): { thread: string } {
  const row = raw.query<{ thread: string }, [string]>('SELECT thread_id AS thread FROM messages WHERE id = ?').get(id);
  return row ?? { thread: id };
}

function asMessage(row: MessageRow): TeamMessage {
  return { ...row, read: row.read === 1 };
}
