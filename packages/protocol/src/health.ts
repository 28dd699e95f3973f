import { z } from 'zod';

/**
 * How a session's runner fares (spec §3.11). `degraded`: it crashed `restarts` times and has not been stable for
 * five minutes since. `failed`: it is not tried again until a person acts.
 */
export const RunnerHealth = z.discriminatedUnion('state', [
  z.object({ state: z.literal('healthy') }),
  z.object({ state: z.literal('degraded'), restarts: z.number().int().positive(), lastError: z.string().optional() }),
  z.object({
    state: z.literal('restarting'),
    /** 1 to `maxAttempts`. */
    attempt: z.number().int().positive(),
    maxAttempts: z.number().int().positive(),
    /** Ms since the epoch, by the machine's clock. */
    nextRetryAt: z.number(),
    lastError: z.string().optional(),
  }),
  z.object({ state: z.literal('failed'), attempts: z.number().int().positive(), lastError: z.string() }),
]);
export type RunnerHealth = z.infer<typeof RunnerHealth>;
