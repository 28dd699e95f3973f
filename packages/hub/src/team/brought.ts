import type { PromptId } from '@agor/protocol';
import type { HubDatabase } from '../database/index.ts';

/** Messages of one delivery that are looked at. */
const MAX_MESSAGES = 32;

/** A message that a prompt brought: whose, and when it was sent (ms since the epoch). */
export interface BroughtMessage {
  readonly from: string;
  readonly at: number;
}

/** The messages that this prompt brings to its agent; none for any other prompt. */
export function broughtMessages({ raw }: HubDatabase, promptId: PromptId): BroughtMessage[] {
  return raw
    .query<BroughtMessage, [string, number]>(
      `SELECT coalesce(m.from_agent, c.from_agent) AS "from", coalesce(m.created_at, c.created_at) AS at
         FROM seen_messages s LEFT JOIN messages m ON m.id = s.message_id
              LEFT JOIN channel_messages c ON c.id = s.message_id
        WHERE s.delivery_id = ? AND coalesce(m.id, c.id) IS NOT NULL LIMIT ?`,
    )
    .all(promptId, MAX_MESSAGES);
}
