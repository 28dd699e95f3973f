import type { AgentId, Task, TaskComment } from '@agor/protocol';
import type { Actor, TeamContext } from '../btmsg/index.ts';

/** A comment counts as news of the task, but as no change of it: its version stays. */
export function addComment(ctx: TeamContext, actor: Actor, task: Task, content: string): TaskComment {
  const id = crypto.randomUUID();
  const createdAt = ctx.clock.now();
  ctx.db.raw
    .query('INSERT INTO task_comments (id, task_id, agent_id, content, created_at) VALUES (?, ?, ?, ?, ?)')
    .run(id, task.id, actor.id, content, createdAt);
  ctx.db.raw.query('UPDATE tasks SET updated_at = ? WHERE id = ?').run(createdAt, task.id);
  ctx.changed({ kind: 'task', taskId: task.id, groupId: task.groupId });
  return { id, taskId: task.id, agentId: actor.id, agentName: nameOf(ctx, actor.id), content, createdAt };
}

/** Oldest first. */
export function commentsOf({ db: { raw } }: TeamContext, taskId: string): TaskComment[] {
  return raw
    .query<TaskComment, [string]>(
      `SELECT c.id, c.task_id AS taskId, c.agent_id AS agentId, a.name AS agentName, c.content, c.created_at AS createdAt
         FROM task_comments c JOIN agents a ON a.id = c.agent_id WHERE c.task_id = ? ORDER BY c.created_at, c.rowid`,
    )
    .all(taskId);
}

function nameOf({ db: { raw } }: TeamContext, id: AgentId): string {
  return raw.query<{ name: string }, [string]>('SELECT name FROM agents WHERE id = ?').get(id)?.name ?? id;
}
