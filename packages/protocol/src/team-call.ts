import { z } from 'zod';
import { TeamErrorCode } from './team.ts';

/** Longest a session's agent waits for an answer of the hub, in ms. */
export const TEAM_CALL_LIMIT_MS = 15_000;

/** Operations that only look; everything else changes something and is kept by the machine while the hub is away. */
export const TEAM_READS: ReadonlySet<string> = new Set([
  'btmsg.inbox',
  'btmsg.contacts',
  'btmsg.history',
  'btmsg.status',
  'btmsg.whoami',
  'btmsg.graph',
  'btmsg.unread',
  'btmsg.feed',
  'btmsg.channelList',
  'btmsg.channelHistory',
  'btmsg.deadLetters',
  'btmsg.audit',
  'btmsg.wakeList',
  'bttask.list',
  'bttask.show',
  'bttask.board',
]);

/** Longest id of a call, in characters; with its session's before it where an agent made it. */
export const MAX_TEAM_CALL_ID = 300;

/** One operation of btmsg or bttask, as a CLI, the MCP server or the face asks for it. The id is made by whoever asks: it is done once. */
export const TeamCall = z.object({
  id: z.string().min(8).max(MAX_TEAM_CALL_ID),
  operation: z.string().max(64),
  input: z.unknown(),
});
export type TeamCall = z.infer<typeof TeamCall>;

/** `queued`: the hub is away; the machine keeps it and hands it on when the hub is back. */
export const TeamAnswer = z.discriminatedUnion('state', [
  z.object({ state: z.literal('done'), result: z.unknown() }),
  z.object({ state: z.literal('queued') }),
  z.object({
    state: z.literal('failed'),
    code: z.union([TeamErrorCode, z.enum(['hubAway', 'unauthorized', 'failed'])]),
    message: z.string(),
  }),
]);
export type TeamAnswer = z.infer<typeof TeamAnswer>;
