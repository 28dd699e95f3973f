import { z } from 'zod';
import { classifyFailure, failureText, isUsageLimit, TurnError } from '../failures.ts';
import type { Quota } from './quota.ts';
import type { TurnEnd } from './turns.ts';

export const TurnEnded = z.object({
  turn: z.object({ id: z.string(), status: z.string(), error: TurnError.nullish() }),
});
type Turn = z.infer<typeof TurnEnded>['turn'];

/** How a turn of Codex's ends ours. */
export function endOf({ status, error }: Turn, quota: Quota): TurnEnd {
  if (status === 'completed') return { outcome: 'done' };
  if (status === 'interrupted') return { outcome: 'interrupted' };
  const failure = error ?? { message: '' };
  const message = failureText(failure);
  if (isUsageLimit(failure)) quota.reached(message);
  return { outcome: 'failed', message, class: classifyFailure(failure).class };
}

const Retry = z.object({ error: TurnError, willRetry: z.literal(true) });
/** `Reconnecting... 2/5` */
const COUNT = /(\d+)\/(\d+)/;

/** A failure after which Codex tries again by itself; null for one that is final. It does not tell how long it waits: not long. */
export function retryOf(params: unknown, next: number) {
  const { data } = Retry.safeParse(params);
  if (!data) return null;
  const { error } = data;
  const [, attempt, maxAttempts] = COUNT.exec(error.message) ?? [];
  return {
    delayMs: 0,
    attempt: attempt === undefined ? next : Number(attempt),
    ...(maxAttempts === undefined ? {} : { maxAttempts: Number(maxAttempts) }),
    class: classifyFailure(error).class,
    message: error.additionalDetails || error.message,
  };
}
