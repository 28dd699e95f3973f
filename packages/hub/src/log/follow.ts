import type { Cursor, FollowFrame, SessionId } from '@agor/protocol';
import type { EventLog } from './event-log.ts';
import { Follower } from './follower.ts';
import type { LiveSessions } from './live.ts';

/** A cursor that is further behind than this is answered with a snapshot: drawing anew is cheaper for the client. */
const MAX_RESUME_GAP = 5_000;

export interface FollowInput {
  readonly sessionId: SessionId;
  readonly cursor?: Cursor | undefined;
  /** How many of the newest events a snapshot carries. */
  readonly tail: number;
}

/**
 * Follows a session (architecture §5.1): a snapshot, or `resumed` where the cursor allows it, then every event once and in
 * order, with deltas between them. Throws NOT_FOUND. Ends when `signal` aborts or the caller returns.
 */
export async function* follow(
  log: EventLog,
  live: LiveSessions,
  input: FollowInput,
  signal?: AbortSignal,
): AsyncGenerator<FollowFrame, void> {
  const { sessionId, cursor } = input;
  const state = log.requireState(sessionId);
  const epoch = log.epoch(sessionId);
  const gap = cursor && cursor.epoch === epoch ? state.seq - cursor.seq : -1;
  const resumes = cursor !== undefined && gap >= 0 && gap <= MAX_RESUME_GAP;
  const follower = new Follower(log, live, sessionId, resumes ? cursor.seq : state.seq);
  // From here on nothing is missed, however long the client takes to read the first frame.
  using _joined = live.join(sessionId, follower);
  const openBlocks = live.openBlocks(sessionId);
  if (resumes) {
    yield { kind: 'resumed', openBlocks };
  } else {
    const events = log.tail(sessionId, input.tail);
    const hasOlder = (events[0]?.seq ?? state.seq + 1) > 1;
    yield { kind: 'snapshot', epoch, state, seq: state.seq, events, hasOlder, openBlocks };
  }
  for (;;) {
    const frame = await follower.next(signal);
    if (!frame) return;
    yield frame;
  }
}
