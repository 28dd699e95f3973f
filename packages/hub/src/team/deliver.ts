import { type AgentId, type SessionId, SYSTEM, type TeamMessage } from '@agor/protocol';
import type { TeamContext } from '../btmsg/index.ts';

/** Most messages in one prompt, and most of their characters; the rest follows with the next one. */
const MAX_MESSAGES = 20;
const MAX_CHARS = 60_000;

export interface Delivery {
  readonly id: string;
  readonly agentId: AgentId;
  readonly sessionId: SessionId;
  readonly text: string;
}

interface Waiting extends Pick<TeamMessage, 'id' | 'from' | 'fromName' | 'fromRole' | 'content'> {}

/**
 * Puts what waits for an agent together as its session's next prompt, once: the same delivery is repeated after a crash, under the same id,
 * until it is marked as done. Null when nothing waits.
 */
export function prepareDelivery(ctx: TeamContext, agentId: AgentId, sessionId: SessionId): Delivery | null {
  return ctx.db.write(() => {
    const { raw } = ctx.db;
    const waiting = raw
      .query<Waiting, [string, number]>(
        `SELECT m.id, m.from_agent AS "from", a.name AS fromName, a.role AS fromRole, m.content
           FROM messages m JOIN agents a ON a.id = m.from_agent
          WHERE m.to_agent = ?1 AND m.waiting = 1 ORDER BY m.rowid LIMIT ?2`,
      )
      .all(agentId, MAX_MESSAGES);
    const messages = fitting(waiting);
    if (messages.length === 0) return null;
    const id = crypto.randomUUID();
    const now = ctx.clock.now();
    const ids = messages.map((message) => message.id);
    const text = promptOf(messages);
    raw
      .query('INSERT INTO deliveries (id, agent_id, session_id, text, created_at) VALUES (?, ?, ?, ?, ?)')
      .run(id, agentId, sessionId, text, now);
    const seen = raw.query(
      'INSERT INTO seen_messages (agent_id, message_id, delivery_id, seen_at) VALUES (?, ?, ?, ?)',
    );
    const told = raw.query('UPDATE messages SET waiting = 0 WHERE id = ?');
    for (const messageId of ids) {
      seen.run(agentId, messageId, id, now);
      told.run(messageId);
    }
    return { id, agentId, sessionId, text };
  });
}

/** Deliveries whose prompt may not have been taken yet: made before the hub ended. */
export function openDeliveries({ db: { raw } }: TeamContext): Delivery[] {
  return raw
    .query<Delivery, []>(
      'SELECT id, agent_id AS agentId, session_id AS sessionId, text FROM deliveries WHERE done = 0 ORDER BY rowid',
    )
    .all();
}

/** Its prompt is in the session's log: nothing of it is needed any more but that it was told. */
export function deliveryDone({ db }: TeamContext, id: string): void {
  db.write(() => db.raw.query("UPDATE deliveries SET done = 1, text = '' WHERE id = ?").run(id));
}

/** The agent is gone before it took them: they wait for its next session. */
export function takeBack({ db }: TeamContext, id: string): void {
  db.write(() => {
    db.raw
      .query(
        'UPDATE messages SET waiting = 1 WHERE read = 0 AND id IN (SELECT message_id FROM seen_messages WHERE delivery_id = ?)',
      )
      .run(id);
    db.raw.query('DELETE FROM seen_messages WHERE delivery_id = ?').run(id);
    db.raw.query('DELETE FROM deliveries WHERE id = ?').run(id);
  });
}

/** Agents that are in a group now and have something to hear. */
export function agentsWithMail({ db: { raw } }: TeamContext): AgentId[] {
  const rows = raw.query<{ id: AgentId }, []>('SELECT id FROM agents WHERE present = 1 AND waiting > 0').all();
  return rows.map(({ id }) => id);
}

export function hasMail({ db: { raw } }: TeamContext, agent: AgentId): boolean {
  return raw.query('SELECT 1 FROM agents WHERE id = ? AND present = 1 AND waiting > 0').get(agent) !== null;
}

function fitting(waiting: readonly Waiting[]): Waiting[] {
  let chars = 0;
  const fits = waiting.filter(({ content }) => {
    chars += content.length;
    return chars <= MAX_CHARS;
  });
  return fits.length > 0 ? fits : waiting.slice(0, 1);
}

function promptOf(messages: readonly Waiting[]): string {
  // Nobody reads what agor itself is answered.
  const answered = messages.find(({ from }) => from !== SYSTEM);
  const hint = answered ? ` Answer with \`btmsg reply ${answered.id.slice(0, 8)} "…"\` where an answer is wanted.` : '';
  const head = messages.length === 1 ? 'You have a message.' : `You have ${messages.length} messages.`;
  const parts = messages.map(
    ({ id, fromName, fromRole, from, content }) =>
      `From ${fromName} (${fromRole}, id ${from}), message ${id.slice(0, 8)}:\n${content}`,
  );
  return `${head}${hint}\n\n${parts.join('\n\n---\n\n')}`;
}
