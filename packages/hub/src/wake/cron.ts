import type { WakeCondition } from '@agor/protocol';
import { Cron } from 'croner';

export type CronTime = Pick<Extract<WakeCondition, { kind: 'cron' }>, 'expression' | 'timeZone'>;

/**
 * Why there can be no such times, in words for the person; null when there can. `after`: ms since the epoch.
 *
 * Of a time that the clocks skip in spring the next one that exists counts, of one that comes twice in autumn the first.
 */
export function cronProblem(time: CronTime, after: number): string | null {
  try {
    new Intl.DateTimeFormat('en', { timeZone: time.timeZone });
  } catch {
    // Intl says it by throwing.
    return `There is no time zone "${time.timeZone}". Give one like Europe/Berlin.`;
  }
  try {
    if (nextRun(time, after) === null) return `"${time.expression}" never comes.`;
    return null;
  } catch (error) {
    const why = (error as Error).message.replace(/^Cron\w+: /, '');
    return `"${time.expression}" is no cron expression of five fields (minute, hour, day, month, weekday): ${why}`;
  }
}

/** The first time after `after`; null when none comes. In ms since the epoch. */
export function nextRun(time: CronTime, after: number): number | null {
  return cronOf(time).nextRun(new Date(after))?.getTime() ?? null;
}

/** The last time at or before `until` and not before `from`; null when there was none. */
export function lastRun(time: CronTime, from: number, until: number): number | null {
  const [last] = cronOf(time).previousRuns(1, new Date(until + 1));
  return last && last.getTime() >= from ? last.getTime() : null;
}

/** Only for its arithmetic: its own timers would follow another clock than ours. */
function cronOf({ expression, timeZone }: CronTime): Cron {
  return new Cron(expression, {
    mode: '5-part',
    paused: true,
    ...(timeZone === undefined ? {} : { timezone: timeZone }),
  });
}
