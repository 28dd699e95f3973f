import { z } from 'zod';

/** A W3C trace context of version 00: `00-<trace id>-<span id>-<flags>`, no id all zeros. */
const TRACEPARENT = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;

/** In which span of which trace something is done. */
export const Traceparent = z.string().regex(TRACEPARENT, 'No W3C trace context of version 00.');
export type Traceparent = z.infer<typeof Traceparent>;

/** The trace that a prompt belongs to, as its client says. */
export const PromptTrace = z.object({
  parent: Traceparent,
  /** When the person gave the prompt, in ms since the epoch: for a client that exports no spans, so that the hub tells of the click. */
  clickedAt: z.number().optional(),
});
export type PromptTrace = z.infer<typeof PromptTrace>;
