import type { SessionState, SessionStatus } from '@agor/protocol';
import { type Activity, contextPressure } from './activity.ts';
import { answerableAsks, isRestarting, openAsks } from './status.ts';

/** How urgently a session needs the person, and why, in a few words. 0 = not at all. */
export interface Attention {
  readonly score: number;
  readonly reason: string | null;
}

/** What attention depends on besides the session itself. */
export interface HealthSignals {
  readonly activity: Activity;
  /** Files that this session and another wrote, not yet acknowledged. */
  readonly fileConflicts: number;
  /** Tasks that wait for review, for an agent whose work that is; else 0. */
  readonly reviewTasks: number;
  /** When an agent with a role last gave a sign of life, streamed text too; null of others. Ms since the epoch. */
  readonly heartbeatAt?: number | null;
}

/** Nothing but the session counts. */
export const NO_SIGNALS: HealthSignals = { activity: { state: 'inactive' }, fileConflicts: 0, reviewTasks: 0 };

const POINTS_PER_REVIEW = 10;
const MAX_REVIEW_POINTS = 50;

/**
 * The queue that leads a person from one session that needs them to the next: an agent that hangs or is blocked, then failures, then what
 * only waits for a decision, then what goes wrong soon (spec §5.2). The first that is true counts alone; they are not added up.
 */
export function attentionOf(state: SessionState, status: SessionStatus, signals: HealthSignals): Attention {
  return ofSession(state, status) ?? ofHealth(state, status, signals) ?? { score: 0, reason: null };
}

/** What comes before every sign of health; a stalled agent has none of these. */
function ofSession(state: SessionState, status: SessionStatus): Attention | null {
  const [ask] = openAsks(state);
  if (ask) return { score: 95, reason: askReason(ask.ask.kind) };
  if (state.budgetHold && !state.budgetHold.left)
    return { score: 95, reason: `budget of ${state.budgetHold.label} reached` };
  if (status === 'failed') return { score: 90, reason: (state.error?.message ?? 'failed').slice(0, 60) };
  return null;
}

function ofHealth(state: SessionState, status: SessionStatus, signals: HealthSignals): Attention | null {
  const { activity, fileConflicts, reviewTasks } = signals;
  const context = Math.round((contextPressure(state) ?? 0) * 1_000) / 10;
  if (activity.state === 'stalled') return { score: 100, reason: stallReason(activity) };
  if (answerableAsks(state).length > 0) return { score: 85, reason: 'an unanswered question; its agent has ended' };
  if (state.undelivered.some((u) => u.doubtful)) return { score: 80, reason: 'a prompt may not have arrived' };
  if (context > 90) return { score: 80, reason: `context ${Math.round(context)} % full` };
  if (status === 'paused' && state.pausedReason !== null) return { score: 75, reason: state.pausedReason };
  if (fileConflicts > 0) return { score: 70, reason: counted(fileConflicts, 'file conflict') };
  if (status === 'limited') return { score: 40, reason: state.limit?.limit ?? 'limit reached' };
  if (reviewTasks > 0)
    return {
      score: Math.min(MAX_REVIEW_POINTS, reviewTasks * POINTS_PER_REVIEW),
      reason: `${counted(reviewTasks, 'task')} in review`,
    };
  if (context > 75) return { score: 40, reason: `context ${Math.round(context)} %` };
  if (status === 'retrying' && isRestarting(state)) return { score: 20, reason: restartReason(state) };
  return null;
}

function askReason(kind: 'permission' | 'question' | 'plan'): string {
  if (kind === 'permission') return 'waits for permission';
  return kind === 'plan' ? 'waits for approval of its plan' : 'asks a question';
}

function stallReason({ idleMs, tool }: Extract<Activity, { state: 'stalled' }>): string {
  return `Stalled — ${Math.floor(idleMs / 60_000)} min${tool === null ? '' : ` in ${tool}`}`;
}

function restartReason({ health }: SessionState): string {
  if (health.state !== 'restarting') return 'starts again';
  return `crashed; starts again (${health.attempt} of ${health.maxAttempts})`;
}

function counted(n: number, what: string): string {
  return `${n} ${what}${n === 1 ? '' : 's'}`;
}
