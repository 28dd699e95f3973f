import { newId, SessionId, type SessionState } from '@agor/protocol';
import type { HubDatabase } from '../database/index.ts';
import { isOpen } from './is-open.ts';
import type { EventStatements } from './statements.ts';

export interface FoldStep {
  readonly state: SessionState | undefined;
  /** The log goes on after it. */
  readonly more: boolean;
}

export interface RebuildParts {
  readonly db: HubDatabase;
  readonly sql: EventStatements;
  /** Folds the next events of a session's log. */
  readonly foldSome: (id: SessionId, from: SessionState | undefined) => FoldStep;
  /** Folds all that come after `from`. */
  readonly foldFrom: (id: SessionId, from: SessionState | undefined) => SessionState | undefined;
  /** What is in memory of a session counts no more. */
  readonly forget: (id: SessionId) => void;
}

/**
 * Folds every session anew from its events and gives each a new epoch, so that clients load it again. Returns how many sessions
 * there were and how many stood differently before. For `agor doctor --rebuild`; the hub works on meanwhile: a session is read in
 * steps, and only what was added since is read in the transaction that replaces its state. `alongside` runs within that. Ends
 * early when `signal` aborts.
 */
export async function rebuildSessions(
  parts: RebuildParts,
  alongside: (id: SessionId) => void,
  signal?: AbortSignal,
): Promise<{ sessions: number; changed: number }> {
  const { sql, foldSome } = parts;
  let changed = 0;
  const ids = sql.allIds.all().map((row) => row.id as SessionId);
  for (const id of ids) {
    let step: FoldStep = { state: undefined, more: true };
    while (step.more) {
      step = foldSome(id, step.state);
      // Lets others work: requests, the machine's stream.
      await new Promise((resolve) => setImmediate(resolve));
      if (signal?.aborted) return { sessions: ids.length, changed };
    }
    if (replace(parts, id, step.state, alongside)) changed++;
  }
  return { sessions: ids.length, changed };
}

/** True when the session stood differently before. */
function replace(
  { db, sql, foldFrom, forget }: RebuildParts,
  id: SessionId,
  folded: SessionState | undefined,
  alongside: (id: SessionId) => void,
): boolean {
  const differs = db.write(() => {
    const row = sql.session.get(id);
    const state = foldFrom(id, folded);
    if (!state || !row) return false;
    const json = JSON.stringify(state);
    sql.saveSnapshot.run(state.lastActivityAt, isOpen(state) ? 1 : 0, state.seq, json, id);
    sql.setEpoch.run(newId(SessionId), id);
    alongside(id);
    return row.snapshot_seq !== state.seq || row.state !== json;
  });
  forget(id);
  return differs;
}
