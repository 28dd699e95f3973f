import type { SessionEvent } from '@agor/protocol';
import type { Row } from './rows.ts';

/** The row that shows an event, or else the one next to it in time; null only when there is none at all. */
export function rowOfEvent(rows: readonly Row[], event: SessionEvent): Row | null {
  const keys = new Map(rows.map((row) => [row.key, row]));
  for (const key of keysOf(event)) {
    const row = keys.get(key);
    if (row) return row;
  }
  return rows.findLast((row) => row.at > 0 && row.at <= event.at) ?? rows[0] ?? null;
}

/** Keys as the projection gives them, the likeliest first; what a subagent said stands in the card of its tool call. */
function keysOf(event: SessionEvent): string[] {
  const own = `e${event.seq}`;
  switch (event.kind) {
    case 'promptQueued':
      return [`p${event.prompt.id}`, own];
    case 'promptEdited':
    case 'promptSent':
    case 'promptDelivered':
    case 'promptFailed':
      return [own, `p${event.promptId}`];
    case 'askOpened':
      return [`a${event.ask.id}`, own];
    case 'message': {
      const { message } = event;
      if (message.parentId) return [`t${message.parentId}`, own];
      if (message.type === 'tool_call' || message.type === 'tool_result' || message.type === 'subagent')
        return [`t${message.content.toolUseId}`, own];
      return message.blockId ? [`b${message.blockId}`, own] : [own];
    }
    default:
      return [own];
  }
}
