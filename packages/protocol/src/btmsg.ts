import { z } from 'zod';
import { GroupId } from './ids.ts';
import { AgentId, TeamAgent, TeamRole } from './team.ts';
import { TeamWakeCondition, WakeTrigger } from './wake.ts';

/** Longest message; what is longer belongs into a file that the message names. */
export const MAX_TEAM_MESSAGE_CHARS = 100_000;

/** A message's or task's id, or the beginning of it, as people type it. */
export const IdPrefix = z.string().min(4, 'at least 4 characters of the id').max(64);

export const TeamMessage = z.object({
  id: z.string(),
  from: AgentId,
  fromName: z.string(),
  fromRole: TeamRole,
  to: AgentId,
  content: z.string(),
  read: z.boolean(),
  replyTo: z.string().nullable(),
  /** How many agents' answers lie between this and a person's word. */
  hops: z.number().int().nonnegative(),
  createdAt: z.number(),
});
export type TeamMessage = z.infer<typeof TeamMessage>;

export const Channel = z.object({
  id: z.string(),
  name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/, 'a channel is named by lower-case letters, digits and dashes'),
  groupId: GroupId,
  createdBy: AgentId,
  members: z.array(AgentId),
  createdAt: z.number(),
});
export type Channel = z.infer<typeof Channel>;

export const ChannelMessage = z.object({
  id: z.string(),
  channelId: z.string(),
  from: AgentId,
  fromName: z.string(),
  fromRole: TeamRole,
  content: z.string(),
  createdAt: z.number(),
});
export type ChannelMessage = z.infer<typeof ChannelMessage>;

export const DeadLetter = z.object({
  id: z.number().int(),
  from: AgentId,
  to: z.string(),
  content: z.string(),
  error: z.string(),
  createdAt: z.number(),
});
export type DeadLetter = z.infer<typeof DeadLetter>;

/** What happened between agents, for the audit tab (spec §6.7). */
export const AuditType = z.enum([
  'prompt_injection',
  'wake_event',
  'btmsg_sent',
  'btmsg_received',
  'status_change',
  'heartbeat_missed',
  'dead_letter',
  'rights_denied',
  'budget',
]);
export type AuditType = z.infer<typeof AuditType>;
export const AuditEntry = z.object({
  id: z.number().int(),
  agentId: AgentId,
  type: AuditType,
  detail: z.string(),
  createdAt: z.number(),
});
export type AuditEntry = z.infer<typeof AuditEntry>;

const content = z.string().min(1, 'the message is empty').max(MAX_TEAM_MESSAGE_CHARS);
const limit = (standard: number) => z.number().int().min(1).max(500).default(standard);

/** Every btmsg operation (spec §6.4): what goes in, what comes out. Rights stand in the hub, once. */
export const btmsgOperations = {
  inbox: { input: z.object({ all: z.boolean().default(false), limit: limit(50) }), output: z.array(TeamMessage) },
  read: {
    input: z.object({ id: IdPrefix }),
    output: z.object({ message: TeamMessage, repliesTo: TeamMessage.nullable() }),
  },
  send: { input: z.object({ to: z.string().min(1), content }), output: z.object({ id: z.string() }) },
  reply: { input: z.object({ id: IdPrefix, content }), output: z.object({ id: z.string(), to: AgentId }) },
  contacts: { input: z.object({}), output: z.array(TeamAgent) },
  history: { input: z.object({ with: z.string().min(1), limit: limit(20) }), output: z.array(TeamMessage) },
  status: { input: z.object({}), output: z.array(TeamAgent) },
  whoami: { input: z.object({}), output: TeamAgent },
  graph: {
    input: z.object({}),
    output: z.array(TeamAgent.extend({ contacts: z.array(AgentId) })),
  },
  unread: { input: z.object({}), output: z.object({ count: z.number().int() }) },
  feed: { input: z.object({ groupId: GroupId.optional(), limit: limit(50) }), output: z.array(TeamMessage) },
  allow: {
    input: z.object({ from: z.string().min(1), to: z.string().min(1), bidirectional: z.boolean().default(false) }),
    output: z.object({ added: z.number().int() }),
  },
  channelCreate: { input: z.object({ name: Channel.shape.name, groupId: GroupId.optional() }), output: Channel },
  channelList: { input: z.object({}), output: z.array(Channel) },
  channelSend: { input: z.object({ channel: z.string().min(1), content }), output: z.object({ id: z.string() }) },
  channelHistory: {
    input: z.object({ channel: z.string().min(1), limit: limit(30) }),
    output: z.array(ChannelMessage),
  },
  channelAdd: {
    input: z.object({ channel: z.string().min(1), agent: z.string().min(1) }),
    output: z.object({ added: z.boolean() }),
  },
  deadLetters: { input: z.object({ limit: limit(50) }), output: z.array(DeadLetter) },
  audit: {
    input: z.object({
      agentId: AgentId.optional(),
      type: AuditType.optional(),
      before: z.number().int().optional(),
      limit: limit(100),
    }),
    output: z.array(AuditEntry),
  },
  wakeList: { input: z.object({}), output: z.array(WakeTrigger) },
  wakeAdd: {
    input: z.object({
      agent: z.string().min(1),
      condition: TeamWakeCondition,
      prompt: WakeTrigger.shape.prompt,
      once: WakeTrigger.shape.once,
    }),
    output: WakeTrigger,
  },
  wakeRemove: { input: z.object({ id: IdPrefix }), output: z.object({ removed: z.string() }) },
  clearAll: { input: z.object({ groupId: GroupId }), output: z.object({ removed: z.number().int() }) },
} as const;
export type BtmsgOperation = keyof typeof btmsgOperations;
