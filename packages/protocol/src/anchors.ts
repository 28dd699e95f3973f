import { z } from 'zod';
import { ProjectId, SessionId } from './ids.ts';

/** `auto`: made at a project's first compaction; `pinned`: chosen by the person, kept but not injected; `promoted`: chosen and injected. */
export const AnchorKind = z.enum(['auto', 'pinned', 'promoted']);
export type AnchorKind = z.infer<typeof AnchorKind>;

/** An excerpt of a conversation that survives the compaction of its context (spec §4.6). */
export const Anchor = z.object({
  id: z.string(),
  projectId: ProjectId,
  sessionId: SessionId,
  kind: AnchorKind,
  /** Which turn of its session it is, from 0; anchors are injected in this order. */
  turn: z.number().int().nonnegative(),
  /** As it is injected: the prompt and the agent's words in full, tools in a line each. */
  text: z.string().min(1),
  /** Estimated: a quarter of its characters, rounded up. */
  tokens: z.number().int().nonnegative(),
  createdAt: z.number(),
});
export type Anchor = z.infer<typeof Anchor>;

export const AnchorBudgetScale = z.enum(['small', 'medium', 'large', 'full']);
export type AnchorBudgetScale = z.infer<typeof AnchorBudgetScale>;
/** How many tokens of anchors go with each run. */
export const ANCHOR_BUDGETS: Readonly<Record<AnchorBudgetScale, number>> = {
  small: 2_000,
  medium: 6_144,
  large: 12_000,
  full: 20_000,
};
