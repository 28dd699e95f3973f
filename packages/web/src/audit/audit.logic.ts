import { type AgentId, type AuditEntry, AuditType } from '@agor/protocol';

/** Entries that are asked for at once. */
export const AUDIT_PAGE = 100;

export interface AuditFilter {
  readonly type?: AuditType;
  readonly agentId?: AgentId;
}

/** What the person wants to see; empty: all. */
export interface AuditChoice {
  readonly type: AuditType | '';
  /** An agent, or the operator or agor itself. */
  readonly agent: string;
}

export const EVERYTHING: AuditChoice = { type: '', agent: '' };

/**
 * The newest page over what is known, newest first. Where they don't meet, more has happened than one page holds: then the page alone
 * stands, and what is older is asked for from there.
 */
export function withNewest(known: readonly AuditEntry[], page: readonly AuditEntry[]): AuditEntry[] {
  const last = page.at(-1);
  const newest = known[0];
  if (!last || page.length < AUDIT_PAGE || !newest || newest.id < last.id) return [...page];
  return [...page, ...known.filter(({ id }) => id < last.id)];
}

/** What is said of a type, and a token's name for its colour. */
export const auditTypes: Readonly<Record<AuditType, { readonly label: string; readonly color: string }>> = {
  prompt_injection: { label: 'brought to a session', color: 'mauve' },
  wake_event: { label: 'woken', color: 'peach' },
  btmsg_sent: { label: 'sent', color: 'blue' },
  btmsg_received: { label: 'read', color: 'sapphire' },
  status_change: { label: 'status', color: 'green' },
  heartbeat_missed: { label: 'no heartbeat', color: 'yellow' },
  dead_letter: { label: 'not delivered', color: 'red' },
  rights_denied: { label: 'no right', color: 'red' },
  budget: { label: 'budget', color: 'yellow' },
};
export const auditTypeIds = AuditType.options;

/** "to 6aef2164-…: come" as "to garden: come": entries name agents by their ids. Only whole words are ids. */
export function withNames(detail: string, names: ReadonlyMap<string, string>): string {
  return detail.replace(/[\w-]+/g, (word) => (word.length > 7 ? (names.get(word) ?? word) : word));
}
