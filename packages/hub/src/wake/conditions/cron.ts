import { cronProblem, lastRun, nextRun } from '../cron.ts';
import { conditionWords } from '../wake-words.ts';
import type { Condition } from './types.ts';

/** A time that was missed, because agor was off or the computer slept, is made up for within this time, once. In ms. */
const MAKE_UP_MS = 24 * 60 * 60_000;
/** Later than this is worth a word. In ms. */
const LATE_MS = 2 * 60_000;
/** The wall clock is read again at least so often: it may be set, and timers stand still while a computer sleeps. In ms. */
const LOOK_MS = 30_000;

/** Fires at the times of a cron expression. */
export const cronCondition: Condition = (trigger, watcher) => {
  const { condition } = trigger;
  if (condition.kind !== 'cron') throw new Error('this is no cron');
  const time = condition;
  const { clock } = watcher;
  let ended = false;
  let planned = trigger.plannedAt;
  let timer = clock.setTimeout(look, 0);

  function look(): void {
    const now = clock.now();
    if (planned === null) {
      const problem = cronProblem(time, now);
      watcher.problem(problem);
      if (problem !== null) return;
      planned = nextRun(time, now);
      watcher.remember({ plannedAt: planned });
    } else if (planned <= now) {
      const due = lastRun(time, Math.max(planned, now - MAKE_UP_MS), now);
      planned = nextRun(time, now);
      if (due === null) watcher.remember({ plannedAt: planned });
      else watcher.fire(due, reasonOf(due, now), { plannedAt: planned });
    }
    if (planned !== null && !ended)
      timer = clock.setTimeout(look, Math.max(0, Math.min(planned - clock.now(), LOOK_MS)));
  }

  function reasonOf(due: number, now: number): string {
    const late = now - due > LATE_MS ? `; its time was ${new Date(due).toISOString()}, agor could not say so then` : '';
    return `${conditionWords(time)}${late}`;
  }

  return {
    [Symbol.dispose]: () => {
      ended = true;
      timer.cancel();
    },
  };
};
