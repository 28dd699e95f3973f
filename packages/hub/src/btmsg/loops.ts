import { type AgentId, OPERATOR, SYSTEM } from '@agor/protocol';
import { audit } from './audit.ts';
import type { TeamContext } from './context.ts';
import { type Letter, refusedLetter } from './refused-letter.ts';

/** Answers of agents to each other in one thread without a person's word; more is a loop. */
export const MAX_HOPS = 20;
/** Messages of one agent to the same one, and posts of one agent in one channel, within a minute; more is a flood. */
export const MAX_PER_MINUTE = 20;
/** Messages of two agents to each other within an hour, in whatever threads, since a person's last word to one of them. */
export const MAX_BETWEEN_TWO = 200;
/** Messages that wait for one agent; more are refused until it has seen some. */
const MAX_WAITING = 20_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

/** How many answers of agents lie between this answer and a person's word. Throws when it is one too many; the operator is told then. */
export function hopsAfter(
  ctx: TeamContext,
  letter: Letter,
  original: { readonly id: string; readonly hops: number },
  thread: string,
): number {
  const said = ctx.db.raw
    .query(
      `SELECT 1 FROM messages WHERE thread_id = ? AND from_agent = ? AND rowid > (SELECT rowid FROM messages WHERE id = ?)`,
    )
    .get(thread, OPERATOR, original.id);
  const hops = said ? 1 : original.hops + 1;
  if (hops <= MAX_HOPS) return hops;
  const why = `This thread has gone back and forth ${MAX_HOPS} times without the operator. It waits for the operator's word.`;
  throw refusedLetter(ctx, letter, 'hopLimit', why, () =>
    tellOperator(
      ctx,
      `loop ${thread}`,
      `${names(ctx, letter)} have answered each other ${MAX_HOPS} times without you, and were stopped. ` +
        `They go on when you say a word in their thread: btmsg reply ${original.id.slice(0, 8)} "…"`,
    ),
  );
}

/** Throws when an agent writes to the same one faster than anybody reads, or two of them without end; the operator is told then. */
export function requireCalm(ctx: TeamContext, letter: Letter): void {
  const { from, to } = letter;
  if (count(ctx, from, to, ctx.clock.now() - MINUTE_MS) >= MAX_PER_MINUTE) {
    const why = `More than ${MAX_PER_MINUTE} messages to the same agent within a minute. Wait, or put it into one message.`;
    const told = `${names(ctx, letter, ' to ')} writes more than ${MAX_PER_MINUTE} messages a minute; what is more is refused.`;
    throw refusedLetter(ctx, letter, 'rateLimit', why, () => tellOperator(ctx, `flood ${from} ${to}`, told));
  }
  if (to === OPERATOR) return;
  const since = Math.max(ctx.clock.now() - HOUR_MS, lastWord(ctx, from), lastWord(ctx, to));
  if (count(ctx, from, to, since) + count(ctx, to, from, since) < MAX_BETWEEN_TWO) return;
  const why = `You two wrote ${MAX_BETWEEN_TWO} messages to each other within an hour without the operator. Wait, or for the operator's word.`;
  const told = `${names(ctx, letter)} wrote ${MAX_BETWEEN_TWO} messages to each other within an hour, and were slowed down. They go on when you write to one of them.`;
  throw refusedLetter(ctx, letter, 'rateLimit', why, () =>
    tellOperator(ctx, `pair ${[from, to].sort().join(' ')}`, told),
  );
}

/** Throws when a message would reach nobody. */
export function requireRoom(ctx: TeamContext, letter: Letter): void {
  const why = whyNoRoom(ctx, letter.to);
  if (why !== null) throw refusedLetter(ctx, letter, 'deadLetter', why);
}

/** Why a message to this agent would reach nobody; null when it will. */
export function whyNoRoom({ db: { raw } }: TeamContext, to: AgentId): string | null {
  const row = raw
    .query<{ waiting: number }, [string]>('SELECT waiting FROM agents WHERE id = ? AND present = 1')
    .get(to);
  if (!row) return `The agent ${to} is in no group any more, so this would reach nobody.`;
  if (row.waiting < MAX_WAITING) return null;
  return `${MAX_WAITING} messages wait for ${to}, which has seen none of them. It takes no more until it has.`;
}

/** Once an hour for the same thing: a loop must not become one of notices. */
function tellOperator(ctx: TeamContext, what: string, content: string): void {
  const { raw } = ctx.db;
  const now = ctx.clock.now();
  if (raw.query('SELECT 1 FROM messages WHERE thread_id = ? AND created_at > ?').get(what, now - HOUR_MS)) return;
  if (whyNoRoom(ctx, OPERATOR) !== null) return;
  const id = crypto.randomUUID();
  raw
    .query('INSERT INTO messages (id, from_agent, to_agent, content, thread_id, created_at) VALUES (?, ?, ?, ?, ?, ?)')
    .run(id, SYSTEM, OPERATOR, content, what, now);
  audit(ctx, SYSTEM, 'btmsg_sent', `to ${OPERATOR}: ${content}`);
  ctx.changed({ kind: 'message', to: OPERATOR, id });
}

function count({ db: { raw } }: TeamContext, from: AgentId, to: AgentId, since: number): number {
  const row = raw
    .query<{ n: number }, [string, string, number]>(
      'SELECT count(*) AS n FROM messages WHERE from_agent = ? AND to_agent = ? AND created_at > ?',
    )
    .get(from, to, since);
  return row?.n ?? 0;
}

/** When the operator last wrote to an agent; 0 for never. */
function lastWord({ db: { raw } }: TeamContext, to: AgentId): number {
  const row = raw
    .query<{ at: number | null }, [string, string]>(
      'SELECT max(created_at) AS at FROM messages WHERE from_agent = ? AND to_agent = ?',
    )
    .get(OPERATOR, to);
  return row?.at ?? 0;
}

function names({ db: { raw } }: TeamContext, { from, to }: Letter, between = ' and '): string {
  const name = raw.query<{ name: string }, [string]>('SELECT name FROM agents WHERE id = ?');
  return [from, to].map((id) => name.get(id)?.name ?? id).join(between);
}
