import type { TaskLook } from '../../bttask/index.ts';
import type { HubBus } from '../../events/index.ts';
import { conditionWords } from '../wake-words.ts';
import type { Condition } from './types.ts';

export interface TaskConditionOptions {
  readonly bus: HubBus;
  /** Null: there is no such task. */
  readonly task: (id: string) => TaskLook | null;
}

/**
 * Fires when a task comes to stand so; also when it does already, for whoever waits for it must not wait forever. It fires again when the
 * task was moved away and comes back.
 */
export function taskCondition({ bus, task }: TaskConditionOptions): Condition {
  return (trigger, watcher) => {
    const { condition } = trigger;
    if (condition.kind !== 'task') throw new Error('this is no task');
    const { taskId, status } = condition;
    let { met } = trigger;
    const look = (): void => {
      const found = task(taskId);
      watcher.problem(found ? null : 'The task is gone, so this never fires.');
      const isMet = found?.status === status;
      if (isMet === met) return;
      met = isMet;
      if (found && isMet) watcher.fire(found.version, conditionWords(condition, found.title), { met });
      else watcher.remember({ met });
    };
    const soon = watcher.clock.setTimeout(look, 0);
    const subscription = bus.on('team', (changes) => {
      if (changes.some((change) => change.kind === 'all' || (change.kind === 'task' && change.taskId === taskId)))
        look();
    });
    return {
      [Symbol.dispose]: () => {
        soon.cancel();
        subscription[Symbol.dispose]();
      },
    };
  };
}
