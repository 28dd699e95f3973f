import { z } from 'zod';
import { Text } from '../blob-text.ts';

const count = z.number().nonnegative();

/** What the driver tells of a turn, with the id that the runner gave it: the events that are kept. */
export const AiderEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('said'), id: z.string(), text: Text }),
  z.object({ type: z.literal('note'), id: z.string(), level: z.enum(['info', 'warning', 'error']), text: Text }),
  z.object({ type: z.literal('edit'), id: z.string(), path: z.string(), patch: Text, created: z.boolean() }),
  z.object({ type: z.literal('command'), id: z.string(), call: z.number(), command: z.string() }),
  z.object({
    type: z.literal('command_ended'),
    id: z.string(),
    call: z.number(),
    output: Text,
    exitCode: z.number().int().nullable(),
  }),
  z.object({
    type: z.literal('ended'),
    id: z.string(),
    interrupted: z.boolean(),
    error: z.string().nullable(),
    cost: count,
    totalCost: count,
    sent: count,
    received: count,
    /** The runner's: the driver has no clock of the turn. */
    durationMs: count,
  }),
]);
export type AiderEvent = z.infer<typeof AiderEvent>;

/** Every line of the driver. */
export const DriverLine = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready'), version: z.string(), model: z.string() }),
  z.object({ type: z.literal('failed'), message: z.string() }),
  z.object({ type: z.literal('delta'), text: z.string() }),
  z.object({
    type: z.literal('ask'),
    ask: z.number(),
    question: z.string(),
    subject: z.string().nullable(),
    explicit: z.boolean(),
  }),
  z.looseObject({ type: z.enum(['said', 'note', 'edit', 'command', 'command_ended', 'ended']) }),
]);
export type DriverLine = z.infer<typeof DriverLine>;
