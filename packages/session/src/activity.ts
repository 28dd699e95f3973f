import type { SessionState, SessionStatus } from '@agor/protocol';

/** What an agent is doing, as far as events and streamed text tell (spec §5.1). */
export type Activity =
  | { readonly state: 'inactive' }
  | { readonly state: 'running'; readonly tool: string }
  | { readonly state: 'idle'; readonly idleMs: number }
  | { readonly state: 'stalled'; readonly idleMs: number; readonly tool: string | null };

export interface SignsOfLife {
  /** A turn that is silent for so long is stalled. */
  readonly stallMinutes: number;
  /** When the agent last streamed something that is no event yet; null when nothing streams. Ms since the epoch, as `now`. */
  readonly heardAt: number | null;
  readonly now: number;
}

/** Statuses in which silence is right: someone else has the next word, or nobody can hear the agent. */
const RIGHTLY_SILENT: ReadonlySet<SessionStatus> = new Set(['waiting', 'limited', 'paused', 'unreachable']);

/**
 * A turn that goes on without a sign of life is stalled, also while a tool runs: a hung tool is no work. A prompt that the agent has not
 * taken yet counts as work, and a wait for the provider's next try as a sign of life.
 */
export function activityOf(state: SessionState, status: SessionStatus, signs: SignsOfLife): Activity {
  if (state.turn === null && state.inFlight.length === 0) return { state: 'inactive' };
  const { lastActivityAt, turn, retry } = state;
  const lastSign = Math.max(lastActivityAt, turn?.startedAt ?? 0, signs.heardAt ?? 0, retry?.until ?? 0);
  const idleMs = Math.max(0, signs.now - lastSign);
  const tool = state.activeTools.at(-1)?.name ?? null;
  if (!RIGHTLY_SILENT.has(status) && idleMs >= signs.stallMinutes * 60_000) return { state: 'stalled', idleMs, tool };
  return tool === null ? { state: 'idle', idleMs } : { state: 'running', tool };
}

/** How full the window of a live agent's model is, 0 to 1; null where the provider does not say, or no agent lives. */
export function contextPressure({ usage, process, turn }: SessionState): number | null {
  if (process === null && turn === null) return null;
  if (usage.contextTokens === null || usage.contextWindow === null || usage.contextWindow <= 0) return null;
  return Math.min(1, usage.contextTokens / usage.contextWindow);
}
