import type { SessionState } from '@agor/protocol';
import { answerableAsks, isRestarting } from '@agor/session';

/** Whether something of the session is under way or waits for the person. */
export function isOpen(state: SessionState): boolean {
  return (
    state.process !== null ||
    state.turn !== null ||
    state.inFlight.length > 0 ||
    isRestarting(state) ||
    state.queue.length > 0 ||
    state.budgetHold !== null ||
    state.undelivered.length > 0 ||
    answerableAsks(state).length > 0
  );
}
