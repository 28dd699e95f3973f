import type { Clock } from '@agor/runtime';

/** Waits for `work`, but at most `ms`. Whether it was in time; rejects when the work does. */
export async function within(clock: Clock, ms: number, work: void | Promise<void>): Promise<boolean> {
  const late = Promise.withResolvers<boolean>();
  const timer = clock.setTimeout(() => late.resolve(false), ms);
  try {
    return await Promise.race([Promise.resolve(work).then(() => true), late.promise]);
  } finally {
    timer.cancel();
  }
}

/** As `within`, where a failure of the work counts as its end. */
export function endsWithin(clock: Clock, ms: number, work: Promise<unknown>): Promise<boolean> {
  const over = () => {};
  return within(clock, ms, work.then(over, over));
}
