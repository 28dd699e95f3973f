import type { SessionState, SessionSummary } from '@agor/protocol';
import { attentionOf, statusOf } from '@agor/session';

const NONE: never[] = [];

/**
 * What a list shows of a session: without the agent's models and commands, which are most of its bytes and never change in a
 * list. `linkUp`: whether the machine answers now.
 */
export function summaryOf(state: SessionState, linkUp: boolean): SessionSummary {
  return wholeSummaryOf({ ...state, models: NONE, commands: NONE }, linkUp);
}

export function wholeSummaryOf(state: SessionState, linkUp: boolean): SessionSummary {
  const status = statusOf(state, linkUp);
  const { score, reason } = attentionOf(state, status);
  return { state, status, attention: score, reason };
}
