import type { AskState, SessionState, SessionStatus } from '@agor/protocol';

/**
 * The status a screen shows: a function of the log's state and of the link to the machine (architecture §5.4). Silence
 * does not show here; that is health's matter.
 */
export function statusOf(state: SessionState, linkUp: boolean): SessionStatus {
  const alive = state.process !== null || state.turn !== null;
  if (alive && !linkUp) return 'unreachable';
  if (state.stopping) return 'stopping';
  if (state.pausedReason !== null && alive) return 'paused';
  if (openAsks(state).length > 0) return 'waiting';
  if (state.turn) return state.retry ? 'retrying' : 'running';
  if (state.inFlight.length > 0) return linkUp ? 'starting' : 'unreachable';
  if (isRestarting(state)) return linkUp ? 'retrying' : 'unreachable';
  if (state.budgetHold) return 'paused';
  if (state.limit) return 'limited';
  return state.ended === 'none' ? 'idle' : state.ended;
}

/** A turn runs or is about to. */
export function isBusy(state: SessionState): boolean {
  return state.turn !== null || state.inFlight.length > 0;
}

/** Its runner crashed and is being started again, by itself. */
export function isRestarting(state: SessionState): boolean {
  return state.health.state === 'restarting';
}

/** Asks whose runner waits for an answer now. */
export function openAsks(state: SessionState): AskState[] {
  return state.asks.filter((a) => a.status === 'open');
}

/** Asks that a person can still answer: open ones, and those whose runner died first. */
export function answerableAsks(state: SessionState): AskState[] {
  return state.asks.filter((a) => a.status === 'open' || a.status === 'lapsed');
}

/**
 * Whether the next queued prompt may be handed to the agent now. After a failure, at a limit or while its crashed runner is
 * being restarted, the queue waits for the person (`explicit`): sending the rest into the same failure would only burn it.
 */
export function mayDispatch(state: SessionState, explicit = false): boolean {
  if (state.queue.length === 0 || isBusy(state) || state.stopping) return false;
  const isSick = isRestarting(state) || state.health.state === 'failed';
  return explicit || (state.ended !== 'failed' && state.limit === null && !isSick);
}
