import { z } from 'zod';
import { GroupId } from './ids.ts';

/**
 * Who writes to whom and works on what (spec §1.1, §6): the operator, role agents, project agents. An agent's id is its
 * project's or its group agent's; sessions come and go, the agent stays.
 */
export const AgentId = z.string().min(1).max(200).brand<'AgentId'>();
export type AgentId = z.infer<typeof AgentId>;

/** The person. */
export const OPERATOR = AgentId.parse('admin');
/** agor itself: sender of "task ready for review" and of dead letters' notices. */
export const SYSTEM = AgentId.parse('system');

/** Roles with rules of their own; any other word is a role that the person made up, with a project agent's rights or those it names. */
export const KNOWN_ROLES = ['admin', 'system', 'manager', 'architect', 'tester', 'reviewer', 'project'] as const;
export const TeamRole = z.string().regex(/^[a-z][a-z0-9-]{0,31}$/, 'a role is lower-case letters, digits and dashes');
export type TeamRole = z.infer<typeof TeamRole>;

/** 0 the operator and agor itself, 1 role agents of a group, 2 agents of projects. */
export const Tier = z.union([z.literal(0), z.literal(1), z.literal(2)]);
export type Tier = z.infer<typeof Tier>;

export const TeamAgent = z.object({
  id: AgentId,
  name: z.string(),
  role: TeamRole,
  groupId: GroupId.nullable(),
  tier: Tier,
  model: z.string().nullable(),
  cwd: z.string().nullable(),
  /** `active` while a session of it lives. */
  status: z.enum(['active', 'sleeping', 'stopped']),
  /** Ms since the epoch; null = never. */
  lastActiveAt: z.number().nullable(),
  unread: z.number().int().nonnegative(),
});
export type TeamAgent = z.infer<typeof TeamAgent>;

/** Why an operation was not done, for programs; the words are for people. */
export const TeamErrorCode = z.enum([
  'forbidden',
  'notFound',
  'ambiguous',
  'conflict',
  'invalid',
  'deadLetter',
  'hopLimit',
  'rateLimit',
]);
export type TeamErrorCode = z.infer<typeof TeamErrorCode>;
