import type { SessionState, SessionStatus, SessionSummary } from '@agor/protocol';
import { attentionOf, type HealthSignals, statusOf } from '@agor/session';

const NONE: never[] = [];

/** What a session's attention depends on besides itself. */
export type SignalsOf = (state: SessionState, status: SessionStatus) => HealthSignals;

/**
 * What a list shows of a session: without the agent's models and commands, which are most of its bytes and never change in a
 * list. `linkUp`: whether the machine answers now.
 */
export function summaryOf(state: SessionState, linkUp: boolean, signals: SignalsOf): SessionSummary {
  return wholeSummaryOf({ ...state, models: NONE, commands: NONE }, linkUp, signals);
}

export function wholeSummaryOf(state: SessionState, linkUp: boolean, signals: SignalsOf): SessionSummary {
  const status = statusOf(state, linkUp);
  const { score, reason } = attentionOf(state, status, signals(state, status));
  return { state, status, attention: score, reason };
}
