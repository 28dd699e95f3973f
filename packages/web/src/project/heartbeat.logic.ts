import type { ProjectHealth, SessionSummary } from '@agor/protocol';

/** Without a sign of life for longer than this an agent at work is late, then silent. In ms (spec §6.6). */
const LATE_MS = 300_000;
const SILENT_MS = 600_000;

/** The heart of an agent with a role. */
export interface Heartbeat {
  readonly state: 'fresh' | 'late' | 'silent';
  /** "12 s ago". */
  readonly ago: string;
  /** What the heart means now, whole sentences. */
  readonly words: string;
}

/** Statuses in which the agent itself has the next word; in any other its silence is right. */
const AT_WORK: ReadonlySet<SessionSummary['status']> = new Set(['running', 'starting', 'retrying', 'stopping']);

/** By the agent's sessions and, while it works, what the hub heard of it; null before its first session. */
export function heartbeatOf(
  sessions: readonly SessionSummary[],
  health: Pick<ProjectHealth, 'heartbeatAt'> | undefined,
  now: number,
): Heartbeat | null {
  if (sessions.length === 0) return null;
  const at = Math.max(health?.heartbeatAt ?? 0, ...sessions.map(({ state }) => state.lastActivityAt));
  const silentMs = Math.max(0, now - at);
  const ago = agoOf(silentMs);
  const last = `Last sign of life: ${ago}.`;
  if (!sessions.some(({ status }) => AT_WORK.has(status)))
    return { state: 'fresh', ago, words: `${last} It is at rest, so none is expected.` };
  if (silentMs > SILENT_MS)
    return {
      state: 'silent',
      ago,
      words: `${last} It is at work and has said nothing for more than ten minutes: it may hang.`,
    };
  if (silentMs > LATE_MS)
    return { state: 'late', ago, words: `${last} It is at work and has said nothing for more than five minutes.` };
  return { state: 'fresh', ago, words: `${last} It is at work.` };
}

function agoOf(ms: number): string {
  const seconds = Math.floor(ms / 1_000);
  if (seconds < 5) return 'now';
  if (seconds < 60) return `${seconds} s ago`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 120) return `${minutes} m ago`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h ago` : `${Math.floor(hours / 24)} d ago`;
}
