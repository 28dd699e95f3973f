import type { SessionSummary } from '@agor/protocol';

export interface Spending {
  today: number;
  all: number;
  tokensToday: number;
  tokensAll: number;
}

/** Cost and tokens of all sessions, and of those that began today (local time). A session's cost is known only as a whole. */
export function spending(sessions: readonly SessionSummary[], now: number): Spending {
  const midnight = new Date(now).setHours(0, 0, 0, 0);
  const sum: Spending = { today: 0, all: 0, tokensToday: 0, tokensAll: 0 };
  for (const { state } of sessions) {
    const tokens = state.usage.inputTokens + state.usage.outputTokens;
    sum.all += state.usage.costUsd;
    sum.tokensAll += tokens;
    if (state.createdAt < midnight) continue;
    sum.today += state.usage.costUsd;
    sum.tokensToday += tokens;
  }
  return sum;
}
