import type { GroupId } from '@agor/protocol';
import type { TeamContext } from './context.ts';

/** Removes everything that was said in a group; tasks and the audit log stay (spec §6.8). Returns how many messages went. */
export function clearAll(ctx: TeamContext, groupId: GroupId): number {
  const { raw } = ctx.db;
  const own = 'SELECT id FROM messages WHERE group_id = ?1 OR sender_group_id = ?1';
  raw.query(`DELETE FROM seen_messages WHERE message_id IN (${own})`).run(groupId);
  raw.query(`UPDATE messages SET reply_to = NULL WHERE reply_to IN (${own})`).run(groupId);
  const direct = raw.query('DELETE FROM messages WHERE group_id = ?1 OR sender_group_id = ?1').run(groupId).changes;
  const inChannels = raw
    .query('DELETE FROM channel_messages WHERE channel_id IN (SELECT id FROM channels WHERE group_id = ?)')
    .run(groupId).changes;
  raw
    .query('DELETE FROM dead_letter_queue WHERE from_agent IN (SELECT id FROM agents WHERE group_id = ?)')
    .run(groupId);
  ctx.changed({ kind: 'all' });
  return direct + inChannels;
}
