import { AgentId, type GroupConfig, type Task, type TaskPriority, TaskStatus, type TeamAgent } from '@agor/protocol';

export const columns: readonly { readonly status: TaskStatus; readonly label: string }[] = [
  { status: 'todo', label: 'To do' },
  { status: 'progress', label: 'In progress' },
  { status: 'review', label: 'Review' },
  { status: 'done', label: 'Done' },
  { status: 'blocked', label: 'Blocked' },
];

export function statusLabel(status: TaskStatus): string {
  return columns.find((column) => column.status === status)?.label ?? status;
}

/** Its colour is a token's name. */
export const priorities: readonly { readonly id: TaskPriority; readonly label: string; readonly color: string }[] = [
  { id: 'critical', label: 'Critical', color: 'red' },
  { id: 'high', label: 'High', color: 'yellow' },
  { id: 'medium', label: 'Medium', color: 'blue' },
  { id: 'low', label: 'Low', color: 'overlay1' },
];

/** What the person wants to see; empty: all. `nobody`: tasks without an assignee. */
export interface BoardFilter {
  readonly assignee: AgentId | 'nobody' | '';
  readonly priority: TaskPriority | '';
}

export function passes(task: Task, { assignee, priority }: BoardFilter): boolean {
  if (priority !== '' && task.priority !== priority) return false;
  if (assignee === '') return true;
  return assignee === 'nobody' ? task.assignedTo === null : task.assignedTo === assignee;
}

export const EVERYTHING: BoardFilter = { assignee: '', priority: '' };

/**
 * With what the board in an agent's box begins. A manager hands out the tasks of all and a reviewer looks at them, so theirs is the whole
 * group's. In the box of anybody else the question is what this one has to do; what the others have is one choice away. A role that the person
 * made up counts as the one whose rights it has.
 */
export function firstFilter(group: GroupConfig | null, memberId: string): BoardFilter {
  const role = group?.agents?.find(({ id }) => id === memberId)?.role;
  const rights = group?.roles?.find(({ id }) => id === role)?.rights ?? role;
  const seesAll = rights === 'manager' || rights === 'reviewer';
  return seesAll ? EVERYTHING : { ...EVERYTHING, assignee: AgentId.parse(memberId) };
}

/** Tasks that one waits for and that are not done. What is on no board any more holds nobody up. */
export function openDependencies(task: Task, all: ReadonlyMap<string, Task>): Task[] {
  return task.dependsOn.flatMap((id) => {
    const other = all.get(id);
    return other && other.status !== 'done' ? [other] : [];
  });
}

/** The column beside this one; null at the board's end. */
export function neighbour(status: TaskStatus, by: -1 | 1): TaskStatus | null {
  const { options } = TaskStatus;
  return options[options.indexOf(status) + by] ?? null;
}

/** The board with one task as it is now. */
export function withTask(
  board: readonly { status: TaskStatus; tasks: Task[] }[],
  task: Task,
): { status: TaskStatus; tasks: Task[] }[] {
  return board.map(({ status, tasks }) => {
    const at = tasks.findIndex(({ id }) => id === task.id);
    if (status !== task.status) return { status, tasks: tasks.filter(({ id }) => id !== task.id) };
    return { status, tasks: at < 0 ? [...tasks, task] : tasks.with(at, task) };
  });
}

export function nameOf(id: AgentId | null, agents: readonly TeamAgent[]): string {
  if (id === null) return 'nobody';
  if (id === 'admin') return 'you';
  return agents.find((agent) => agent.id === id)?.name ?? 'somebody who left';
}
