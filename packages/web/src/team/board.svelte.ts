import type { GroupId, Task, TaskStatus } from '@agor/protocol';
import type { App } from '../state/app.svelte.ts';
import type { TeamInput } from '../state/team.svelte.ts';
import { statusLabel, withTask } from './board.logic.ts';

/** What changes a task that is on the board, and takes the version that was seen. */
type TaskChange = 'bttask.assign' | 'bttask.status' | 'bttask.edit' | 'bttask.depend';

/** The board of one group and what the person does with it. What was changed meanwhile is told and shown, never overwritten. */
export class Board {
  readonly list;
  readonly byId = $derived.by(
    () => new Map((this.list.value ?? []).flatMap(({ tasks }) => tasks).map((t) => [t.id, t])),
  );
  /** Somebody was faster: at which task, and what the hub said. */
  conflict = $state.raw<{ readonly taskId: string; readonly words: string } | null>(null);
  /** For those who can't see a card move. */
  told = $state('');

  constructor(
    private readonly app: App,
    readonly groupId: GroupId,
  ) {
    this.list = app.team.board(groupId);
  }

  busy(id: string): boolean {
    return this.app.commands.busy(`task:${id}`);
  }

  async move(task: Task, status: TaskStatus): Promise<boolean> {
    if (task.status === status) return false;
    const moved = await this.change(task, 'The task was not moved', 'bttask.status', { status });
    if (moved) this.told = `${task.title} is in ${statusLabel(status)}`;
    return moved;
  }

  /** Changes a task as it was seen. Whether it was done. */
  async change<Name extends TaskChange>(
    seen: Task,
    failed: string,
    operation: Name,
    change: Omit<TeamInput<Name>, 'id' | 'version'>,
  ): Promise<boolean> {
    this.conflict = null;
    const { id, version } = seen;
    const input = { ...change, id, version } as TeamInput<Name>;
    const done = await this.app.team.run(`task:${id}`, failed, operation, input);
    if (done.ok) this.list.put((board) => withTask(board, done.value));
    else this.#failed(id, done);
    this.app.team.refresh(`task ${id}`);
    return done.ok;
  }

  async remove({ id, version }: Task) {
    const done = await this.app.team.run(`task:${id}`, 'The task was not deleted', 'bttask.delete', { id, version });
    if (!done.ok) this.#failed(id, done);
    this.list.refresh();
    return done;
  }

  #failed(taskId: string, { conflict, message }: { conflict: boolean; message: string }): void {
    if (conflict) this.conflict = { taskId, words: message };
    this.list.refresh();
  }
}
