import { z } from 'zod';
import { AskId } from './ids.ts';
import { PermissionMode } from './settings.ts';

const askBase = {
  id: AskId,
  /** The vendor's id of the tool call that waits for this answer. */
  toolUseId: z.string().optional(),
  /** Set when a subagent asks: the tool call that started it. */
  parentId: z.string().optional(),
};

export const PermissionAsk = z.object({
  ...askBase,
  kind: z.literal('permission'),
  toolName: z.string(),
  /** One line for a person: what the agent wants to do. */
  title: z.string(),
  description: z.string().optional(),
  input: z.unknown(),
  /** Why the vendor asks, in its words (a path outside the project, a rule…). */
  reason: z.string().optional(),
  /** What "always" would allow, in words; absent when the provider can't remember a rule for this. */
  alwaysLabel: z.string().optional(),
  /** What a kept "always" covers: exactly this input, or every call of the tool. Absent = `input`, the safe one. */
  alwaysScope: z.enum(['input', 'tool']).optional(),
  /** The vendor's own suggestions for a lasting rule, handed back unchanged with "always". */
  suggestions: z.array(z.unknown()).optional(),
});
export type PermissionAsk = z.infer<typeof PermissionAsk>;

export const Question = z.object({
  question: z.string(),
  header: z.string().optional(),
  multiSelect: z.boolean().default(false),
  options: z.array(z.object({ label: z.string(), description: z.string().optional() })).default([]),
});
export type Question = z.infer<typeof Question>;

export const QuestionAsk = z.object({
  ...askBase,
  kind: z.literal('question'),
  title: z.string(),
  questions: z.array(Question).min(1),
  input: z.unknown().optional(),
});
export type QuestionAsk = z.infer<typeof QuestionAsk>;

export const PlanAsk = z.object({
  ...askBase,
  kind: z.literal('plan'),
  title: z.string(),
  /** The plan, in markdown. */
  plan: z.string(),
  input: z.unknown().optional(),
});
export type PlanAsk = z.infer<typeof PlanAsk>;

/** Something an agent can't go on without a person's word (architecture §5.5). */
export const Ask = z.discriminatedUnion('kind', [PermissionAsk, QuestionAsk, PlanAsk]);
export type Ask = z.infer<typeof Ask>;

export const Answer = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('permission'),
    /** `always` allows and keeps a rule for this project. */
    decision: z.enum(['allow', 'always', 'deny']),
    /** Told to the agent with a denial. */
    message: z.string().optional(),
    /** The person changed the input before allowing it. */
    updatedInput: z.unknown().optional(),
  }),
  /** From each question's text to the chosen label(s) or the person's own words. */
  z.object({ kind: z.literal('question'), answers: z.record(z.string(), z.string()) }),
  z.object({
    kind: z.literal('plan'),
    decision: z.enum(['approve', 'reject']),
    /** The mode the agent goes on in after an approval. */
    mode: PermissionMode.optional(),
    message: z.string().optional(),
  }),
]);
export type Answer = z.infer<typeof Answer>;

/**
 * open: the runner waits. answered: a person answered, the runner does not know yet. delivered: it does.
 * lapsed: the runner died first; still answerable, an answer resumes the session. withdrawn: the vendor took it back.
 */
export const AskStatus = z.enum(['open', 'answered', 'delivered', 'lapsed', 'withdrawn']);
export type AskStatus = z.infer<typeof AskStatus>;

/** Who answered: `web`, `cli`, `rule` (an "always" of earlier), or another client's name. */
export const AnsweredBy = z.string().max(100);

/** A kept "always for this project" (or, with `once`, the answer to a lapsed ask that waits for its tool call). */
export const PermissionRule = z.object({
  id: z.string(),
  projectId: z.string().nullable(),
  sessionId: z.string().nullable(),
  toolName: z.string(),
  /** Only for exactly this input (canonical JSON); absent = any input of the tool. */
  inputJson: z.string().optional(),
  label: z.string(),
  once: z.boolean(),
  createdAt: z.number(),
});
export type PermissionRule = z.infer<typeof PermissionRule>;
