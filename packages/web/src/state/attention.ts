import type { SessionSummary } from '@agor/protocol';

/** A session that needs the person, and why. */
export interface Need {
  summary: SessionSummary;
  /** The project's (or folder's) name. */
  name: string;
  reason: string;
}

/** From a file conflict on (spec §5.2); below this score a session only has something to tell, it does not wait for the person. */
const NEEDS_PERSON = 70;

/** The sessions that need the person: most urgent first, and among equals the one that has waited longest. */
export function needsOf(sessions: readonly SessionSummary[], nameOf: (summary: SessionSummary) => string): Need[] {
  return sessions
    .filter((summary) => summary.attention >= NEEDS_PERSON)
    .sort((a, b) => b.attention - a.attention || a.state.lastActivityAt - b.state.lastActivityAt)
    .map((summary) => ({ summary, name: nameOf(summary), reason: summary.reason ?? 'needs you' }));
}
