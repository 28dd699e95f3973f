import type { GroupId, TaskStatus } from '@agor/protocol';
import type { TeamContext } from '../btmsg/index.ts';

export type TaskCounts = Readonly<Record<TaskStatus, number>>;

/** How many tasks of a group's board stand where. */
export function taskCounts({ db: { raw } }: TeamContext, groupId: GroupId): TaskCounts {
  const rows = raw
    .query<{ status: TaskStatus; n: number }, [string]>(
      'SELECT status, count(*) AS n FROM tasks WHERE group_id = ? GROUP BY status',
    )
    .all(groupId);
  const counts = { todo: 0, progress: 0, review: 0, done: 0, blocked: 0 };
  for (const { status, n } of rows) counts[status] = n;
  return counts;
}
