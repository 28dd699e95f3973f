import type { AgentId, AuditEntry, AuditType, DeadLetter } from '@agor/protocol';
import type { TeamContext } from './context.ts';

const MAX_DETAIL_CHARS = 2_000;

/** Writes down what happened. Within the transaction of what it tells. */
export function audit(
  { db: { raw }, clock, changed }: TeamContext,
  agentId: AgentId,
  type: AuditType,
  detail: string,
): void {
  raw
    .query('INSERT INTO audit_log (agent_id, event_type, detail, created_at) VALUES (?, ?, ?, ?)')
    .run(agentId, type, detail.slice(0, MAX_DETAIL_CHARS), clock.now());
  changed({ kind: 'audit' });
}

export interface AuditQuery {
  readonly agentId?: AgentId | undefined;
  readonly type?: AuditType | undefined;
  readonly before?: number | undefined;
  readonly limit: number;
  /** Null: of every group. */
  readonly groupId: string | null;
}

/** Newest first. */
export function auditEntries({ db: { raw } }: TeamContext, query: AuditQuery): AuditEntry[] {
  const { agentId = null, type = null, before = null, limit, groupId } = query;
  return raw
    .query<AuditEntry, (string | number | null)[]>(
      `SELECT id, agent_id AS agentId, event_type AS type, detail, created_at AS createdAt FROM audit_log
        WHERE (?1 IS NULL OR agent_id = ?1) AND (?2 IS NULL OR event_type = ?2) AND (?3 IS NULL OR id < ?3)
          AND (?4 IS NULL OR agent_id IN (SELECT id FROM agents WHERE group_id = ?4))
        ORDER BY id DESC LIMIT ?5`,
    )
    .all(agentId, type, before, groupId, limit);
}

/** Keeps what could not be delivered, so that nothing that was said is lost. */
export function deadLetter(
  ctx: TeamContext,
  letter: { readonly from: AgentId; readonly to: string; readonly content: string; readonly error: string },
): void {
  ctx.db.raw
    .query('INSERT INTO dead_letter_queue (from_agent, to_agent, content, error, created_at) VALUES (?, ?, ?, ?, ?)')
    .run(letter.from, letter.to, letter.content, letter.error, ctx.clock.now());
  audit(ctx, letter.from, 'dead_letter', `to ${letter.to}: ${letter.error}`);
}

/** Newest first; `from` null: of everybody in the group, or of every group. */
export function deadLetters(
  { db: { raw } }: TeamContext,
  query: { readonly from: AgentId | null; readonly groupId: string | null; readonly limit: number },
): DeadLetter[] {
  return raw
    .query<DeadLetter, (string | number | null)[]>(
      `SELECT id, from_agent AS "from", to_agent AS "to", content, error, created_at AS createdAt FROM dead_letter_queue
        WHERE (?1 IS NULL OR from_agent = ?1)
          AND (?2 IS NULL OR from_agent IN (SELECT id FROM agents WHERE group_id = ?2))
        ORDER BY id DESC LIMIT ?3`,
    )
    .all(query.from, query.groupId, query.limit);
}
