import type { AgentId } from '@agor/protocol';
import type { TeamContext } from '../btmsg/index.ts';

/** A task that waits for review, and how it came to it. */
export interface InReview {
  readonly title: string;
  readonly assignedTo: AgentId | null;
  /** Who moved it there. */
  readonly by: AgentId;
  readonly byName: string;
  /** Of this move: the next one has another. */
  readonly moveId: string;
  /** Ms since the epoch. */
  readonly at: number;
}

/** Null for a task that is not in review. */
export function inReview({ db: { raw } }: TeamContext, taskId: string): InReview | null {
  return raw
    .query<InReview, [string]>(
      `SELECT t.title, t.assigned_to AS assignedTo, c.agent_id AS by, a.name AS byName, c.id AS moveId, c.created_at AS at
         FROM tasks t JOIN task_comments c ON c.task_id = t.id JOIN agents a ON a.id = c.agent_id
        WHERE t.id = ? AND t.status = 'review' AND c.content LIKE 'Status: % → review'
        ORDER BY c.rowid DESC LIMIT 1`,
    )
    .get(taskId);
}
