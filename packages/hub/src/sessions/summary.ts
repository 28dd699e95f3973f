import type { SessionState, SessionSummary } from '@agor/protocol';
import { attentionOf, statusOf } from '@agor/session';

/** What a list shows of a session. `linkUp`: whether the machine answers now. */
export function summaryOf(state: SessionState, linkUp: boolean): SessionSummary {
  const status = statusOf(state, linkUp);
  const { score, reason } = attentionOf(state, status);
  return { state, status, attention: score, reason };
}
