import { z } from 'zod';
import { IdPrefix } from './btmsg.ts';
import { GroupId } from './ids.ts';
import { TASK_PRIORITIES, TASK_STATUSES } from './task-words.ts';
import { AgentId } from './team.ts';

export const TaskStatus = z.enum(TASK_STATUSES);
export type TaskStatus = z.infer<typeof TaskStatus>;
export const TaskPriority = z.enum(TASK_PRIORITIES);
export type TaskPriority = z.infer<typeof TaskPriority>;

/** Tasks of one group's board; more are refused until some are deleted. */
export const MAX_TASKS_PER_GROUP = 10_000;

export const Task = z.object({
  id: z.string(),
  title: z.string().min(1).max(500),
  description: z.string().max(100_000),
  status: TaskStatus,
  priority: TaskPriority,
  assignedTo: AgentId.nullable(),
  createdBy: AgentId,
  groupId: GroupId,
  parentId: z.string().nullable(),
  /** Tasks that must be done first. */
  dependsOn: z.array(z.string()),
  sortOrder: z.number(),
  createdAt: z.number(),
  updatedAt: z.number(),
  /** One more with each change; a change must name the one it saw. */
  version: z.number().int().positive(),
  comments: z.number().int().nonnegative(),
});
export type Task = z.infer<typeof Task>;

export const TaskComment = z.object({
  id: z.string(),
  taskId: z.string(),
  agentId: AgentId,
  agentName: z.string(),
  content: z.string().min(1).max(100_000),
  createdAt: z.number(),
});
export type TaskComment = z.infer<typeof TaskComment>;

/** The version that the change is based on; absent = whatever it is now. */
const version = z.number().int().positive().optional();

/** Every bttask operation (spec §6.9). */
export const bttaskOperations = {
  list: {
    input: z.object({ all: z.boolean().default(false), groupId: GroupId.optional() }),
    output: z.array(Task),
  },
  add: {
    input: z.object({
      title: Task.shape.title,
      description: Task.shape.description.default(''),
      priority: TaskPriority.default('medium'),
      assign: z.string().min(1).optional(),
      parent: IdPrefix.optional(),
      dependsOn: z.array(IdPrefix).max(50).default([]),
      groupId: GroupId.optional(),
    }),
    output: Task,
  },
  assign: { input: z.object({ id: IdPrefix, agent: z.string().min(1).nullable(), version }), output: Task },
  status: { input: z.object({ id: IdPrefix, status: TaskStatus, version }), output: Task },
  edit: {
    input: z.object({
      id: IdPrefix,
      title: Task.shape.title.optional(),
      description: Task.shape.description.optional(),
      priority: TaskPriority.optional(),
      sortOrder: z.number().optional(),
      version,
    }),
    output: Task,
  },
  depend: { input: z.object({ id: IdPrefix, on: z.array(IdPrefix).max(50), version }), output: Task },
  comment: { input: z.object({ id: IdPrefix, content: TaskComment.shape.content }), output: TaskComment },
  show: {
    input: z.object({ id: IdPrefix }),
    output: z.object({ task: Task, subtasks: z.array(Task), comments: z.array(TaskComment) }),
  },
  board: {
    input: z.object({ groupId: GroupId.optional() }),
    output: z.array(z.object({ status: TaskStatus, tasks: z.array(Task) })),
  },
  delete: { input: z.object({ id: IdPrefix, version }), output: z.object({ id: z.string() }) },
} as const;
export type BttaskOperation = keyof typeof bttaskOperations;
