import { z } from 'zod';

/** What the keyring program is asked: one JSON object on its stdin, never in its arguments. */
export const KeyringRequest = z.discriminatedUnion('op', [
  /** All secrets of agor. */
  z.object({ op: z.literal('read'), prompt: z.boolean() }),
  z.object({ op: z.literal('set'), name: z.string(), value: z.string() }),
  z.object({ op: z.literal('remove'), name: z.string() }),
]);
export type KeyringRequest = z.infer<typeof KeyringRequest>;

export const KeyringTrouble = z.object({
  ok: z.literal(false),
  state: z.enum(['locked', 'none', 'silent', 'failed']),
  /** In words for the person: why, and what to do. */
  message: z.string(),
});
export type KeyringTrouble = z.infer<typeof KeyringTrouble>;

export const KeyringAnswer = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true), values: z.record(z.string(), z.string()) }),
  KeyringTrouble,
]);
export type KeyringAnswer = z.infer<typeof KeyringAnswer>;
