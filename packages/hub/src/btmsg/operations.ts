import type { BtmsgOperation, btmsgOperations, GroupId } from '@agor/protocol';
import type { z } from 'zod';
import type { Actor } from './actor.ts';
import { allowContact, contactsOf, findAgent, listAgents } from './agents.ts';
import { audit, auditEntries, deadLetters } from './audit.ts';
import { addToChannel, channelHistory, createChannel, listChannels, postToChannel } from './channels.ts';
import { clearAll } from './clear-all.ts';
import type { TeamContext } from './context.ts';
import { TeamFailure } from './failure.ts';
import { feed, history, inbox, read, reply, send, unread } from './messages.ts';
import { addWake, removeWake, wakesOf } from './wakes.ts';

type Handlers = {
  readonly [Name in BtmsgOperation]: (
    ctx: TeamContext,
    actor: Actor,
    input: z.output<(typeof btmsgOperations)[Name]['input']>,
    reach: 'group' | 'own',
  ) => z.input<(typeof btmsgOperations)[Name]['output']>;
};

/** What each operation does, after its rights were checked; within one transaction. */
export const btmsgHandlers: Handlers = {
  inbox,
  read: (ctx, actor, { id }) => read(ctx, actor, id),
  send: (ctx, actor, input) => ({ id: send(ctx, actor, input) }),
  reply,
  contacts: (ctx, actor) => contactsOf(ctx, actor.id),
  history,
  status: (ctx, actor) => listAgents(ctx, actor.groupId),
  whoami: (ctx, actor) => findAgent(ctx, actor.id, null),
  graph: (ctx, actor) =>
    listAgents(ctx, actor.groupId).map((agent) => ({
      ...agent,
      contacts: contactsOf(ctx, agent.id).map(({ id }) => id),
    })),
  unread: (ctx, actor) => ({ count: unread(ctx, actor.id) }),
  feed: (ctx, _, { groupId, limit }) => feed(ctx, groupId ?? null, limit),
  allow: (ctx, actor, { from, to, bidirectional }) => {
    const one = findAgent(ctx, from, actor.groupId);
    const other = findAgent(ctx, to, actor.groupId);
    const added = allowContact(ctx, one.id, other.id) + (bidirectional ? allowContact(ctx, other.id, one.id) : 0);
    audit(
      ctx,
      actor.id,
      'status_change',
      `allowed ${one.id} to write to ${other.id}${bidirectional ? ' and back' : ''}`,
    );
    if (added > 0) ctx.changed({ kind: 'agents' });
    return { added };
  },
  channelCreate: (ctx, actor, { name, groupId }) => createChannel(ctx, actor, name, ownGroup(actor, groupId)),
  channelList: listChannels,
  channelSend: (ctx, actor, { channel, content }) => ({ id: postToChannel(ctx, actor, channel, content) }),
  channelHistory: (ctx, actor, { channel, limit }) => channelHistory(ctx, actor, channel, limit),
  channelAdd: (ctx, actor, { channel, agent }, reach) => ({ added: addToChannel(ctx, actor, reach, channel, agent) }),
  deadLetters: (ctx, actor, { limit }, reach) =>
    deadLetters(ctx, { from: reach === 'own' ? actor.id : null, groupId: actor.groupId, limit }),
  audit: (ctx, actor, input) => auditEntries(ctx, { ...input, groupId: actor.groupId }),
  wakeList: (ctx, actor, _, reach) => wakesOf(ctx, actor, reach),
  wakeAdd: addWake,
  wakeRemove: (ctx, actor, { id }) => removeWake(ctx, actor, id),
  clearAll: (ctx, actor, { groupId }) => {
    const removed = clearAll(ctx, groupId);
    audit(ctx, actor.id, 'status_change', `cleared the messages of the group ${groupId}`);
    return { removed };
  },
};

/** The group that is meant: an agent's is its own, the operator has to say which. Throws `TeamFailure` for another's. */
export function ownGroup(actor: Actor, asked: GroupId | undefined): GroupId {
  if (actor.groupId === null) {
    if (asked === undefined) throw new TeamFailure('invalid', 'Say which group is meant: --group <id>.');
    return asked;
  }
  if (asked !== undefined && asked !== actor.groupId)
    throw new TeamFailure('forbidden', 'That is another group; you can only work in your own.');
  return actor.groupId;
}
