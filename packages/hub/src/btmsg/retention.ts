import type { TeamContext } from './context.ts';

/** Messages and posts kept; the oldest that reached somebody go first. */
const KEPT_MESSAGES = 200_000;
const KEPT_POSTS = 200_000;
const KEPT_AUDIT = 100_000;
const KEPT_DEAD_LETTERS = 10_000;
/** Calls are remembered for as long as a machine may stay away with what it was not told, but not more than so many. */
const KEPT_CALLS = 200_000;
const KEPT_CALLS_MS = 7 * 24 * 3_600_000;
/** Comments of one task; a task that was moved to and fro for ever keeps the newest. */
const KEPT_COMMENTS = 1_000;

/**
 * Holds every table that grows with time to its bound. Nothing goes that nobody was told yet: a message that waits for its agent stays,
 * and so do the operator's unread ones. Called now and then, not with each operation.
 */
export function retain(ctx: TeamContext, kept: Partial<Bounds> = {}): void {
  const bounds = { ...BOUNDS, ...kept };
  ctx.db.write(() => {
    retainMessages(ctx, bounds.messages);
    const { raw } = ctx.db;
    raw
      .query(
        'DELETE FROM channel_messages WHERE rowid <= (SELECT rowid FROM channel_messages ORDER BY rowid DESC LIMIT 1 OFFSET ?)',
      )
      .run(bounds.posts);
    retainNewest(ctx, 'audit_log', 'id', bounds.audit);
    retainNewest(ctx, 'dead_letter_queue', 'id', bounds.deadLetters);
    retainNewest(ctx, 'done_operations', 'position', bounds.calls);
    raw.query('DELETE FROM done_operations WHERE at < ?').run(ctx.clock.now() - KEPT_CALLS_MS);
    raw
      .query(
        `DELETE FROM task_comments WHERE rowid IN (SELECT id FROM (
           SELECT rowid AS id, row_number() OVER (PARTITION BY task_id ORDER BY rowid DESC) AS place FROM task_comments
         ) WHERE place > ?)`,
      )
      .run(bounds.comments);
    forgetStrangers(ctx);
  });
}

export interface Bounds {
  readonly messages: number;
  readonly posts: number;
  readonly audit: number;
  readonly deadLetters: number;
  readonly calls: number;
  readonly comments: number;
}
const BOUNDS: Bounds = {
  messages: KEPT_MESSAGES,
  posts: KEPT_POSTS,
  audit: KEPT_AUDIT,
  deadLetters: KEPT_DEAD_LETTERS,
  calls: KEPT_CALLS,
  comments: KEPT_COMMENTS,
};

/** With a message goes that it was seen, and with the last of a delivery the delivery, once its prompt was handed over. */
function retainMessages({ db: { raw } }: TeamContext, kept: number): void {
  const count = raw.query<{ n: number }, []>('SELECT count(*) AS n FROM messages').get()?.n ?? 0;
  if (count > kept) {
    const old = `SELECT id FROM messages WHERE waiting = 0
      AND NOT EXISTS (SELECT 1 FROM seen_messages s JOIN deliveries d ON d.id = s.delivery_id WHERE s.message_id = messages.id AND d.done = 0)
      ORDER BY rowid LIMIT ?`;
    const going = raw.query<{ id: string }, [number]>(old).all(count - kept);
    const unanswer = raw.query('UPDATE messages SET reply_to = NULL WHERE reply_to = ?');
    const unsee = raw.query(
      'DELETE FROM seen_messages WHERE agent_id = (SELECT to_agent FROM messages WHERE id = ?1) AND message_id = ?1',
    );
    const remove = raw.query('DELETE FROM messages WHERE id = ?');
    for (const { id } of going) {
      unanswer.run(id);
      unsee.run(id);
      remove.run(id);
    }
  }
  raw
    .query(
      'DELETE FROM deliveries WHERE done = 1 AND NOT EXISTS (SELECT 1 FROM seen_messages s WHERE s.delivery_id = deliveries.id)',
    )
    .run();
}

function retainNewest({ db: { raw } }: TeamContext, table: string, column: string, kept: number): void {
  raw
    .query(
      `DELETE FROM ${table} WHERE ${column} <= (SELECT ${column} FROM ${table} ORDER BY ${column} DESC LIMIT 1 OFFSET ?)`,
    )
    .run(kept);
}

/** Agents of groups that are long gone, of whom nothing is left. */
function forgetStrangers({ db: { raw } }: TeamContext): void {
  raw
    .query(
      `DELETE FROM agents WHERE present = 0
         AND NOT EXISTS (SELECT 1 FROM messages WHERE from_agent = agents.id) AND NOT EXISTS (SELECT 1 FROM messages WHERE to_agent = agents.id)
         AND NOT EXISTS (SELECT 1 FROM contacts WHERE agent_id = agents.id OR contact_id = agents.id)
         AND NOT EXISTS (SELECT 1 FROM channels WHERE created_by = agents.id)
         AND NOT EXISTS (SELECT 1 FROM channel_members WHERE agent_id = agents.id)
         AND NOT EXISTS (SELECT 1 FROM channel_messages WHERE from_agent = agents.id)
         AND NOT EXISTS (SELECT 1 FROM tasks WHERE assigned_to = agents.id OR created_by = agents.id)
         AND NOT EXISTS (SELECT 1 FROM task_comments WHERE agent_id = agents.id)`,
    )
    .run();
}
