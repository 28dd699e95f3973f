import type { MessageOf } from '@agor/protocol';
import { z } from 'zod';
import type { Memory } from './memory.ts';

type Entries = MessageOf<'plan'>['content']['entries'];
const Status = z.enum(['pending', 'in_progress', 'completed']);

const Todos = z.object({ todos: z.array(z.object({ content: z.string(), status: Status })) });

/** The whole list that a TodoWrite call carries, or null when it is none. */
export function planOfTodos(input: unknown): Entries | null {
  const todos = Todos.safeParse(input);
  return todos.success ? todos.data.todos : null;
}

const Created = z.object({ task: z.object({ id: z.string(), subject: z.string() }) });
const Updated = z.object({
  success: z.literal(true),
  taskId: z.string(),
  statusChange: z.object({ to: z.string() }).optional(),
});
const Listed = z.object({ tasks: z.array(z.object({ id: z.string(), subject: z.string(), status: Status })) });

/**
 * The list after a TaskCreate, TaskUpdate or TaskList came back; null when the result is of another tool. The CLI tells single changes, people
 * want the list: so it is kept in the memory.
 */
export function planOfTasks(memory: Memory, toolUseResult: unknown): Entries | null {
  const created = Created.safeParse(toolUseResult);
  const updated = Updated.safeParse(toolUseResult);
  const listed = Listed.safeParse(toolUseResult);
  if (created.success) {
    const { id, subject } = created.data.task;
    if (memory.plan.some((entry) => entry.id === id)) return null; // TaskGet has the same form
    memory.plan.push({ id, content: subject, status: 'pending' });
  } else if (updated.success) {
    const { taskId, statusChange } = updated.data;
    const status = Status.safeParse(statusChange?.to);
    if (statusChange?.to === 'deleted') memory.plan = memory.plan.filter((entry) => entry.id !== taskId);
    for (const entry of memory.plan) if (entry.id === taskId && status.success) entry.status = status.data;
  } else if (listed.success) {
    memory.plan = listed.data.tasks.map(({ id, subject, status }) => ({ id, content: subject, status }));
  } else return null;
  return memory.plan.map(({ content, status }) => ({ content, status }));
}

/** A TaskUpdate's new name stands in its input only. */
export function renameTask(memory: Memory, input: Record<string, unknown>): void {
  const { taskId, subject } = input;
  if (typeof subject !== 'string') return;
  for (const entry of memory.plan) if (entry.id === taskId) entry.content = subject;
}
