import type { SessionEvent, SessionEventBody, SessionId, SessionState } from '@agor/protocol';
import { fold } from '@agor/session';
import type { HubDatabase } from '../database/index.ts';
import type { EventStatements } from './statements.ts';

/** An event of a session that comes from elsewhere. `at`: ms since the epoch. */
export interface Filling {
  readonly body: SessionEventBody;
  readonly at: number;
}

/** Events that are written in one step: some milliseconds of work. */
const AT_ONCE = 200;

/**
 * Writes a whole log at once, a step at a time. Until the session itself is begun, nobody sees it; a crash leaves events that the next
 * attempt, which has the same id, removes. Rejects with the signal's reason when that aborts.
 */
export async function fillLog(
  { db, sql }: { readonly db: HubDatabase; readonly sql: EventStatements },
  id: SessionId,
  events: readonly Filling[],
  signal: AbortSignal,
): Promise<SessionState> {
  db.write(() => sql.removeEvents.run(id));
  let state: SessionState | undefined;
  let seq = 0;
  for (let from = 0; from < events.length; from += AT_ONCE) {
    db.write(() => {
      for (const { body, at } of events.slice(from, from + AT_ONCE)) {
        const event = { ...body, seq: ++seq, at } as SessionEvent;
        state = fold(id, state, event);
        sql.insertEvent.run(id, seq, at, at, body.kind, JSON.stringify(body));
      }
    });
    await new Promise((resolve) => setImmediate(resolve));
    signal.throwIfAborted();
  }
  if (!state) throw new Error('a log begins with sessionCreated');
  return state;
}
