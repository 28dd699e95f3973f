import type { AgentId, Task, TaskComment } from '@agor/protocol';
import { type Actor, agentsWith, postAsSystem, REVIEW_QUEUE, sendAsSystem, type TeamContext } from '../btmsg/index.ts';

/** More of a comment is read with `bttask show`. */
const MAX_QUOTED = 4_000;

/**
 * A task became ready for review: the group's review queue tells it, and each of its reviewers is told, which wakes it. In a group without
 * one the managers are, who have to see to it. Nobody is told of what it did itself.
 */
export function tellReviewers(ctx: TeamContext, actor: Actor, task: Task): void {
  const text = `Task ready for review: ${task.title} (${shortId(task)})`;
  postAsSystem(ctx, task.groupId, REVIEW_QUEUE, text);
  const reviewers = agentsWith(ctx, task.groupId, 'reviewer');
  const told = reviewers.length > 0 ? reviewers : agentsWith(ctx, task.groupId, 'manager');
  const by = task.assignedTo ? `, done by ${nameOf(ctx, task.assignedTo)}` : '';
  for (const id of told) if (id !== actor.id) sendAsSystem(ctx, id, `${text}${by}.`);
}

/** A task that was in review has to be worked on again: whoever has it is told by whom, with what was said of it in between. */
export function tellSentBack(ctx: TeamContext, actor: Actor, task: Task): void {
  const { assignedTo } = task;
  if (assignedTo === null || assignedTo === actor.id) return;
  const said = saidInReview(ctx, task, assignedTo).map(
    ({ agentName, content }) => `${agentName}: ${content.slice(0, MAX_QUOTED)}`,
  );
  const head = `Your task "${task.title}" (${shortId(task)}) was sent back by ${nameOf(ctx, actor.id)}: it is in ${task.status} again.`;
  const tail = `When it is mended: \`bttask status ${shortId(task)} review\`.`;
  sendAsSystem(ctx, assignedTo, [head, ...said, tail].join('\n\n'));
}

/** A comment of somebody else reaches whoever has the task; what is said during a review comes with its verdict. */
export function tellComment(ctx: TeamContext, actor: Actor, task: Task, { content }: TaskComment): void {
  const { assignedTo, status } = task;
  if (assignedTo === null || assignedTo === actor.id || status === 'review' || status === 'done') return;
  const head = `${nameOf(ctx, actor.id)} says of your task "${task.title}" (${shortId(task)}):`;
  sendAsSystem(ctx, assignedTo, `${head}\n\n${content.slice(0, MAX_QUOTED)}`);
}

function saidInReview({ db: { raw } }: TeamContext, task: Task, assignee: AgentId): TaskComment[] {
  return raw
    .query<TaskComment, [string, string]>(
      `SELECT c.content, a.name AS agentName FROM task_comments c JOIN agents a ON a.id = c.agent_id
        WHERE c.task_id = ?1 AND c.agent_id <> ?2 AND c.content NOT LIKE 'Status: %'
          AND c.rowid > (SELECT coalesce(max(rowid), 0) FROM task_comments
                          WHERE task_id = ?1 AND content LIKE 'Status: % → review')
        ORDER BY c.rowid`,
    )
    .all(task.id, assignee);
}

function shortId({ id }: Task): string {
  return id.slice(0, 8);
}

function nameOf({ db: { raw } }: TeamContext, id: AgentId): string {
  return raw.query<{ name: string }, [string]>('SELECT name FROM agents WHERE id = ?').get(id)?.name ?? id;
}
