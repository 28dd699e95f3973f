import { type BttaskOperation, type bttaskOperations, type GroupId, type Task, TaskStatus } from '@agor/protocol';
import type { z } from 'zod';
import { type Actor, ownGroup, type TeamContext } from '../btmsg/index.ts';
import { addComment, commentsOf } from './comments.ts';
import { tellComment } from './news.ts';
import {
  addTask,
  assignTask,
  asTask,
  deleteTask,
  dependOn,
  editTask,
  findTask,
  IS_OWN,
  SELECT,
  setTaskStatus,
  type TaskRow,
} from './tasks.ts';

type Handlers = {
  readonly [Name in BttaskOperation]: (
    ctx: TeamContext,
    actor: Actor,
    input: z.output<(typeof bttaskOperations)[Name]['input']>,
    reach: 'group' | 'own',
  ) => z.input<(typeof bttaskOperations)[Name]['output']>;
};

/** Most tasks in one answer. */
const MAX_LISTED = 1_000;

/** What each operation does, after its rights were checked; within one transaction. */
export const bttaskHandlers: Handlers = {
  list: (ctx, actor, { all, groupId }, reach) =>
    tasksOf(ctx, actor, reach, asked(actor, groupId)).filter((task) => all || task.status !== 'done'),
  add: (ctx, actor, { groupId, ...input }) => addTask(ctx, actor, ownGroup(actor, groupId), input),
  assign: assignTask,
  status: (ctx, actor, input, reach) => setTaskStatus(ctx, actor, reach, input),
  edit: (ctx, actor, input, reach) => editTask(ctx, actor, reach, input),
  depend: (ctx, actor, input, reach) => dependOn(ctx, actor, reach, input),
  comment: (ctx, actor, { id, content }) => {
    const task = findTask(ctx, actor, 'group', id);
    const comment = addComment(ctx, actor, task, content);
    tellComment(ctx, actor, task, comment);
    return comment;
  },
  show: (ctx, actor, { id }, reach) => {
    const task = findTask(ctx, actor, reach, id);
    const subtasks = ctx.db.raw
      .query<TaskRow, [string]>(`${SELECT} WHERE t.parent_task_id = ? ORDER BY t.sort_order`)
      .all(task.id);
    return { task, subtasks: subtasks.map(asTask), comments: commentsOf(ctx, task.id) };
  },
  board: (ctx, actor, { groupId }, reach) => {
    const tasks = Map.groupBy(tasksOf(ctx, actor, reach, asked(actor, groupId)), ({ status }) => status);
    return TaskStatus.options.map((status) => ({ status, tasks: tasks.get(status) ?? [] }));
  },
  delete: deleteTask,
};

/** The actor's own group; for the operator the one that was named, or all. */
function asked(actor: Actor, groupId: GroupId | undefined): GroupId | null {
  return actor.groupId === null ? (groupId ?? null) : ownGroup(actor, groupId);
}

function tasksOf({ db: { raw } }: TeamContext, actor: Actor, reach: 'group' | 'own', groupId: GroupId | null): Task[] {
  return raw
    .query<TaskRow, [string | null, number, string | null]>(
      `${SELECT} WHERE (?1 IS NULL OR t.group_id = ?1) AND ${IS_OWN}
        ORDER BY CASE t.priority WHEN 'critical' THEN 0 WHEN 'high' THEN 1 WHEN 'medium' THEN 2 ELSE 3 END, t.sort_order LIMIT ?2`,
    )
    .all(groupId, MAX_LISTED, reach === 'own' ? actor.id : null)
    .map(asTask);
}
