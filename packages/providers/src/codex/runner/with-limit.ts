import { systemClock } from '@agor/runtime';

/** Whether the work was done in time; its failure counts as done. */
export async function withLimit(ms: number, work: Promise<unknown>): Promise<boolean> {
  const late = Promise.withResolvers<boolean>();
  const timer = systemClock.setTimeout(() => late.resolve(false), ms);
  const done = work.then(
    () => true,
    () => true,
  );
  return await Promise.race([done, late.promise]).finally(() => timer.cancel());
}
