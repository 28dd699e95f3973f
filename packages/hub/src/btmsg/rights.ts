import type { BtmsgOperation, BttaskOperation } from '@agor/protocol';
import type { Actor, RightsRole } from './actor.ts';
import { TeamFailure } from './failure.ts';

/**
 * How far an operation reaches. `group`: everything of the actor's own group (of every group, for the operator).
 * `own`: only what is the actor's: addressed to it, assigned to it, made by it, a channel that it is in. `no`: not at all.
 */
export type Reach = 'group' | 'own' | 'no';
type Row = Readonly<Record<RightsRole, Reach>>;

const everyone = (reach: Reach): Row => ({
  admin: 'group',
  manager: reach,
  architect: reach,
  tester: reach,
  reviewer: reach,
  project: reach,
  plugin: 'no',
});
const only = (...roles: readonly RightsRole[]): Row => ({
  ...everyone('no'),
  ...Object.fromEntries(roles.map((role) => [role, 'group'])),
});
/** The roles that see the whole board; everybody else sees what is theirs. */
const viewers: Row = { ...everyone('group'), project: 'own' };

/** Every operation with every role's reach: the one place where rights stand (spec §6.3, §6.4, §6.9). */
export const rights: Readonly<Record<`btmsg.${BtmsgOperation}` | `bttask.${BttaskOperation}`, Row>> = {
  'btmsg.inbox': everyone('own'),
  'btmsg.read': everyone('own'),
  'btmsg.send': { ...everyone('own'), plugin: 'group' },
  'btmsg.reply': everyone('own'),
  'btmsg.contacts': everyone('own'),
  'btmsg.history': everyone('own'),
  'btmsg.status': everyone('group'),
  'btmsg.whoami': everyone('own'),
  'btmsg.graph': everyone('group'),
  'btmsg.unread': everyone('own'),
  'btmsg.feed': only(),
  'btmsg.allow': only('manager'),
  'btmsg.channelCreate': { ...everyone('group'), project: 'no' },
  'btmsg.channelList': everyone('own'),
  'btmsg.channelSend': everyone('own'),
  'btmsg.channelHistory': everyone('own'),
  'btmsg.channelAdd': { ...everyone('own'), manager: 'group', project: 'no' },
  'btmsg.deadLetters': { ...everyone('own'), manager: 'group' },
  'btmsg.audit': only('manager'),
  'btmsg.wakeList': { ...everyone('own'), manager: 'group' },
  'btmsg.wakeAdd': only('manager'),
  'btmsg.wakeRemove': only('manager'),
  'btmsg.clearAll': only(),
  'bttask.list': viewers,
  'bttask.board': { ...viewers, project: 'no' },
  'bttask.show': viewers,
  'bttask.add': only('manager', 'architect', 'plugin'),
  'bttask.assign': only('manager'),
  'bttask.status': { ...viewers, plugin: 'group' },
  'bttask.edit': { ...only('manager'), architect: 'own' },
  'bttask.depend': { ...only('manager'), architect: 'own' },
  'bttask.comment': everyone('group'),
  'bttask.delete': only('manager'),
};
export type TeamOperationName = keyof typeof rights;

/** A role tried what is for others. */
export class NoRight extends TeamFailure {}

/** How far the actor may go. Throws `NoRight` where it may not go at all. */
export function mayDo(actor: Actor, operation: TeamOperationName): 'group' | 'own' {
  const reach = rights[operation][actor.rights];
  if (reach === 'no') {
    const able = Object.entries(rights[operation]).flatMap(([role, has]) => (has === 'no' ? [] : [role]));
    throw new NoRight('forbidden', `A ${actor.role} may not do that; it is for ${able.join(', ')}.`);
  }
  return reach;
}
