import { z } from 'zod';
import { ProjectId, SessionId } from './ids.ts';

/** Anchors of a project, the pins of all its sessions among them; of more than these none is added. */
export const MAX_ANCHORS = 200;
/** Anchors that go with one run at most, however short they are. */
export const MAX_INJECTED_ANCHORS = 64;

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
  /** The event of its session's log at which it ends: compactions after it may have taken it from the context. */
  seq: z.number().int().positive(),
  /** The agent's message or the prompt that was pinned; null: a turn that was kept by itself. */
  messageId: z.string().nullable(),
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

/** A project's anchors and how its budget is used. */
export const ProjectAnchors = z.object({
  /** By session, oldest first, and turn: the order in which they are injected. */
  anchors: z.array(Anchor),
  /** Those that go with each run; a promoted or automatic one that is missing here does not fit into the budget. */
  injected: z.array(z.string()),
  /** Estimated for all that are injected, with the words around them. */
  usedTokens: z.number().int().nonnegative(),
  budgetTokens: z.number().int().positive(),
  scale: AnchorBudgetScale,
});
export type ProjectAnchors = z.infer<typeof ProjectAnchors>;

/** The anchors that stand at the end of a run's system prompt. */
export const RunAnchors = z.object({
  ids: z.array(z.string()).max(MAX_INJECTED_ANCHORS),
  /** False: the agent goes on with the system prompt that its conversation began with, until that is compacted. */
  fromStart: z.boolean(),
});
export type RunAnchors = z.infer<typeof RunAnchors>;

/** What a prompt took along beside its own words, for an agent whose context was compacted since it was given its anchors. */
export const SentAnchors = z.object({
  ids: z.array(z.string()).max(MAX_INJECTED_ANCHORS),
  tokens: z.number().int().nonnegative(),
  /** As the agent got it, after the prompt. */
  text: z.string(),
});
export type SentAnchors = z.infer<typeof SentAnchors>;
