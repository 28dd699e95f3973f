import { type AgentId, OPERATOR, type TeamAgent, type TeamMessage } from '@agor/protocol';

export function agentStatus(status: TeamAgent['status']): { label: string; color: string } {
  switch (status) {
    case 'active':
      return { label: 'active', color: 'green' };
    case 'sleeping':
      return { label: 'sleeping', color: 'yellow' };
    case 'stopped':
      return { label: 'stopped', color: 'overlay0' };
  }
}

/** How many messages to the operator are unread, by who sent them. */
export function unreadBySender(inbox: readonly TeamMessage[]): Map<AgentId, number> {
  const counts = new Map<AgentId, number>();
  for (const { from, read } of inbox) if (!read) counts.set(from, (counts.get(from) ?? 0) + 1);
  return counts;
}

/** Messages of a conversation that the operator has before their eyes for the first time. */
export function toMarkRead(messages: readonly TeamMessage[]): TeamMessage[] {
  return messages.filter(({ to, read }) => to === OPERATOR && !read);
}
