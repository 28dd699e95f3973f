/** The words of the task board by themselves: the command `bttask` starts without the schemas. */
export const TASK_STATUSES = ['todo', 'progress', 'review', 'done', 'blocked'] as const;
export const TASK_PRIORITIES = ['critical', 'high', 'medium', 'low'] as const;
