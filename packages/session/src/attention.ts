import type { SessionState, SessionStatus } from '@agor/protocol';
import { answerableAsks, isRestarting, openAsks } from './status.ts';

/** How urgently a session needs the person, and why, in a few words. 0 = not at all. */
export interface Attention {
  score: number;
  reason: string | null;
}

/**
 * The queue that leads a person from one session that needs them to the next: a blocked agent first, then failures,
 * then what only waits for a decision. Scores of health (stalled, context, conflicts; spec §5.2) join with their issue.
 */
export function attentionOf(state: SessionState, status: SessionStatus): Attention {
  const [ask] = openAsks(state);
  if (ask) return { score: 95, reason: askReason(ask.ask.kind) };
  if (status === 'failed') return { score: 90, reason: (state.error?.message ?? 'failed').slice(0, 60) };
  if (answerableAsks(state).length > 0) return { score: 85, reason: 'an unanswered question; its agent has ended' };
  const doubtful = state.undelivered.find((u) => u.doubtful);
  if (doubtful) return { score: 80, reason: 'a prompt may not have arrived' };
  if (status === 'retrying' && isRestarting(state)) return { score: 20, reason: restartReason(state) };
  if (status === 'paused') return { score: 75, reason: state.pausedReason };
  if (status === 'limited') return { score: 40, reason: state.limit?.limit ?? 'limit reached' };
  return { score: 0, reason: null };
}

function askReason(kind: 'permission' | 'question' | 'plan'): string {
  if (kind === 'permission') return 'waits for permission';
  return kind === 'plan' ? 'waits for approval of its plan' : 'asks a question';
}

function restartReason({ health }: SessionState): string {
  if (health.state !== 'restarting') return 'starts again';
  return `crashed; starts again (${health.attempt} of ${health.maxAttempts})`;
}
