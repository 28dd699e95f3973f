import type { TaskStatus } from '@agor/protocol';
import type { TeamContext } from '../btmsg/index.ts';

export interface TaskLook {
  readonly id: string;
  readonly title: string;
  readonly status: TaskStatus;
  readonly version: number;
}

/** Tasks whose id is this or begins with it, in that group or, with null, in any; at most two, by which one sees that it says too little. */
export function tasksNamed({ db: { raw } }: TeamContext, id: string, groupId: string | null): TaskLook[] {
  return raw
    .query<TaskLook, [string, string | null]>(
      `SELECT id, title, status, version FROM tasks
        WHERE substr(id, 1, length(?1)) = ?1 AND (?2 IS NULL OR group_id = ?2) ORDER BY id <> ?1 LIMIT 2`,
    )
    .all(id, groupId);
}
