import { type AgentId, type GroupId, MAX_TASKS_PER_GROUP, type Task, type TaskStatus } from '@agor/protocol';
import { type Actor, findAgent, type TeamContext, TeamFailure } from '../btmsg/index.ts';
import { addComment } from './comments.ts';
import { tellReviewers, tellSentBack } from './news.ts';

export interface TaskRow extends Omit<Task, 'dependsOn'> {
  dependsOn: string | null;
}

export const SELECT = `SELECT t.id, t.title, t.description, t.status, t.priority, t.assigned_to AS assignedTo,
  t.created_by AS createdBy, t.group_id AS groupId, t.parent_task_id AS parentId, t.sort_order AS sortOrder,
  t.created_at AS createdAt, t.updated_at AS updatedAt, t.version,
  (SELECT count(*) FROM task_comments c WHERE c.task_id = t.id) AS comments,
  (SELECT group_concat(depends_on) FROM task_dependencies d WHERE d.task_id = t.id) AS dependsOn FROM tasks t`;

/** With `?3` null: anybody's. */
export const IS_OWN = '(?3 IS NULL OR t.assigned_to = ?3 OR t.created_by = ?3)';

export function asTask(row: TaskRow): Task {
  return { ...row, dependsOn: (row.dependsOn ?? '').split(',').filter(Boolean) };
}

export interface NewTask {
  readonly title: string;
  readonly description: string;
  readonly priority: Task['priority'];
  readonly assign?: string | undefined;
  readonly parent?: string | undefined;
  readonly dependsOn: readonly string[];
}

export function addTask(ctx: TeamContext, actor: Actor, groupId: GroupId, input: NewTask): Task {
  const { raw } = ctx.db;
  const count = raw.query<{ n: number }, [string]>('SELECT count(*) AS n FROM tasks WHERE group_id = ?').get(groupId);
  if ((count?.n ?? 0) >= MAX_TASKS_PER_GROUP)
    throw new TeamFailure('invalid', `The board has ${MAX_TASKS_PER_GROUP} tasks already. Delete some that are done.`);
  const id = crypto.randomUUID();
  const now = ctx.clock.now();
  const parent = input.parent === undefined ? null : findTask(ctx, actor, 'group', input.parent).id;
  const assigned = input.assign === undefined ? null : assignee(ctx, groupId, input.assign);
  raw
    .query(
      `INSERT INTO tasks (id, title, description, priority, assigned_to, created_by, group_id, parent_task_id, sort_order, created_at, updated_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, (SELECT coalesce(max(sort_order), 0) + 1 FROM tasks WHERE group_id = ?), ?, ?)`,
    )
    .run(id, input.title, input.description, input.priority, assigned, actor.id, groupId, parent, groupId, now, now);
  setDependencies(ctx, actor, id, input.dependsOn);
  ctx.changed({ kind: 'task', taskId: id, groupId });
  return requireTask(ctx, id);
}

/** Null takes the task from whoever has it. */
export function assignTask(
  ctx: TeamContext,
  actor: Actor,
  input: { readonly id: string; readonly agent: string | null; readonly version?: number | undefined },
): Task {
  const task = findTask(ctx, actor, 'group', input.id);
  const to = input.agent === null ? null : assignee(ctx, task.groupId, input.agent);
  return change(ctx, task, input.version, { assigned_to: to });
}

/** Moves a task. Who has to act upon it hears of it: reviewers of what is ready, whoever has it of what came back. */
export function setTaskStatus(
  ctx: TeamContext,
  actor: Actor,
  reach: 'group' | 'own',
  input: { readonly id: string; readonly status: TaskStatus; readonly version?: number | undefined },
): Task {
  const task = findTask(ctx, actor, reach, input.id);
  requireVersion(task, input.version);
  if (task.status === input.status) return task;
  if (input.status === 'progress' || input.status === 'review' || input.status === 'done') requireReady(ctx, task);
  const changed = change(ctx, task, input.version, { status: input.status });
  addComment(ctx, actor, task, `Status: ${task.status} → ${input.status}`);
  if (input.status === 'review') tellReviewers(ctx, actor, changed);
  if (task.status === 'review' && input.status !== 'done') tellSentBack(ctx, actor, changed);
  return { ...changed, comments: changed.comments + 1 };
}

export function editTask(
  ctx: TeamContext,
  actor: Actor,
  reach: 'group' | 'own',
  input: {
    readonly id: string;
    readonly title?: string | undefined;
    readonly description?: string | undefined;
    readonly priority?: Task['priority'] | undefined;
    readonly sortOrder?: number | undefined;
    readonly version?: number | undefined;
  },
): Task {
  const { title, description, priority, sortOrder } = input;
  const changes = { title, description, priority, sort_order: sortOrder };
  return change(ctx, findTask(ctx, actor, reach, input.id), input.version, changes);
}

export function dependOn(
  ctx: TeamContext,
  actor: Actor,
  reach: 'group' | 'own',
  input: { readonly id: string; readonly on: readonly string[]; readonly version?: number | undefined },
): Task {
  const task = findTask(ctx, actor, reach, input.id);
  ctx.db.raw.query('DELETE FROM task_dependencies WHERE task_id = ?').run(task.id);
  setDependencies(ctx, actor, task.id, input.on);
  change(ctx, task, input.version, {});
  return requireTask(ctx, task.id);
}

/** Subtasks move up to the deleted task's parent. */
export function deleteTask(
  ctx: TeamContext,
  actor: Actor,
  input: { readonly id: string; readonly version?: number | undefined },
): { id: string } {
  const task = findTask(ctx, actor, 'group', input.id);
  requireVersion(task, input.version);
  const { raw } = ctx.db;
  raw.query('UPDATE tasks SET parent_task_id = ? WHERE parent_task_id = ?').run(task.parentId, task.id);
  raw.query('DELETE FROM task_dependencies WHERE task_id = ?1 OR depends_on = ?1').run(task.id);
  raw.query('DELETE FROM task_comments WHERE task_id = ?').run(task.id);
  raw.query('DELETE FROM tasks WHERE id = ?').run(task.id);
  ctx.changed({ kind: 'task', taskId: task.id, groupId: task.groupId });
  return { id: task.id };
}

/** The one task whose id begins so, in the actor's group; with `own` only what is assigned to it or was made by it. */
export function findTask(ctx: TeamContext, actor: Actor, reach: 'group' | 'own', prefix: string): Task {
  const whose = reach === 'own' ? actor.id : null;
  const found = ctx.db.raw
    .query<TaskRow, [string, string | null, string | null]>(
      `${SELECT} WHERE t.id >= ?1 AND t.id < ?1 || '~' AND (?2 IS NULL OR t.group_id = ?2) AND ${IS_OWN} LIMIT 2`,
    )
    .all(prefix.toLowerCase(), actor.groupId, whose);
  const [first, second] = found;
  if (!first) throw new TeamFailure('notFound', `There is no task ${prefix} that you can work on.`);
  if (second) throw new TeamFailure('ambiguous', `Several tasks begin with ${prefix}. Give more of the id.`);
  return asTask(first);
}

function requireTask({ db: { raw } }: TeamContext, id: string): Task {
  const row = raw.query<TaskRow, [string]>(`${SELECT} WHERE t.id = ?`).get(id);
  if (!row) throw new Error(`the task ${id} is gone`);
  return asTask(row);
}

/** Changes what is given and counts the version up. Throws `TeamFailure` conflict when somebody was faster. */
function change(
  ctx: TeamContext,
  task: Task,
  seen: number | undefined,
  changes: Readonly<Record<string, string | number | null | undefined>>,
): Task {
  requireVersion(task, seen);
  const entries = Object.entries(changes).filter(([, value]) => value !== undefined) as [
    string,
    string | number | null,
  ][];
  const set = [...entries.map(([column]) => `${column} = ?`), 'version = version + 1', 'updated_at = ?'].join(', ');
  const { changes: rows } = ctx.db.raw
    .query(`UPDATE tasks SET ${set} WHERE id = ? AND version = ?`)
    .run(...entries.map(([, value]) => value), ctx.clock.now(), task.id, task.version);
  if (rows === 0) throw changedMeanwhile(task);
  ctx.changed({ kind: 'task', taskId: task.id, groupId: task.groupId });
  return requireTask(ctx, task.id);
}

function requireVersion(task: Task, seen: number | undefined): void {
  if (seen !== undefined && seen !== task.version) throw changedMeanwhile(task);
}

function changedMeanwhile(task: Task): TeamFailure {
  return new TeamFailure(
    'conflict',
    `"${task.title}" was changed meanwhile: it is at version ${task.version}, ${task.status}. Look at it again before you change it.`,
  );
}

function requireReady({ db: { raw } }: TeamContext, task: Task): void {
  const open = raw
    .query<{ title: string; status: string }, [string]>(
      `SELECT t.title, t.status FROM task_dependencies d JOIN tasks t ON t.id = d.depends_on
        WHERE d.task_id = ? AND t.status <> 'done'`,
    )
    .all(task.id);
  if (open.length === 0) return;
  const names = open.map(({ title, status }) => `"${title}" (${status})`).join(', ');
  throw new TeamFailure('invalid', `"${task.title}" waits for ${names}.`);
}

function setDependencies(ctx: TeamContext, actor: Actor, id: string, on: readonly string[]): void {
  const { raw } = ctx.db;
  for (const prefix of on) {
    const other = findTask(ctx, actor, 'group', prefix).id;
    raw.query('INSERT OR IGNORE INTO task_dependencies (task_id, depends_on) VALUES (?, ?)').run(id, other);
  }
  const circle = raw
    .query(
      `WITH RECURSIVE reach(id) AS (
         SELECT depends_on FROM task_dependencies WHERE task_id = ?1
         UNION SELECT d.depends_on FROM task_dependencies d JOIN reach r ON d.task_id = r.id
       ) SELECT 1 FROM reach WHERE id = ?1`,
    )
    .get(id);
  if (circle) throw new TeamFailure('invalid', 'These tasks would wait for each other in a circle.');
}

function assignee(ctx: TeamContext, groupId: GroupId, word: string): AgentId {
  return findAgent(ctx, word, groupId).id;
}
