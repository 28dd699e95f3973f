import type { ActivityState, ProjectHealth, ProjectId, SessionSummary } from '@agor/protocol';
import { contextPressure, type HealthSignals } from '@agor/session';

/** A session as health looks at it. */
export interface Look {
  readonly summary: SessionSummary;
  readonly signals: HealthSignals;
}

export interface ConflictCounts {
  readonly files: number;
  readonly external: number;
}

const MINUTE_MS = 60_000;
/** Signs of life that come closer together are told as one. */
const HEARTBEAT_MS = 15_000;
/** Of several sessions the one that tells most speaks for its project. */
const TELLS: Readonly<Record<ActivityState, number>> = { stalled: 3, running: 2, idle: 1, inactive: 0 };

/** What a project's sessions come to; null when there is nothing to tell. */
export function projectHealth(
  projectId: ProjectId,
  looks: readonly Look[],
  burn: number,
  conflicts: ConflictCounts,
): ProjectHealth | null {
  const [first] = looks.toSorted(byWhatTheyTell);
  const [worst] = looks.toSorted((a, b) => b.summary.attention - a.summary.attention);
  if (!first || !worst) return null;
  const { activity, heartbeatAt = null } = first.signals;
  const burnRatePerHour = Math.round(burn * 100) / 100;
  if (activity.state === 'inactive' && worst.summary.attention === 0 && burnRatePerHour === 0) return null;
  const pressures = looks.map(({ summary }) => contextPressure(summary.state)).filter((pressure) => pressure !== null);
  return {
    projectId,
    sessionId: first.summary.state.id,
    activityState: activity.state,
    activeTool: 'tool' in activity ? activity.tool : null,
    idleDurationMs: 'idleMs' in activity ? Math.floor(activity.idleMs / MINUTE_MS) * MINUTE_MS : 0,
    heartbeatAt: heartbeatAt === null ? null : Math.floor(heartbeatAt / HEARTBEAT_MS) * HEARTBEAT_MS,
    burnRatePerHour,
    contextPressure: pressures.length > 0 ? Math.max(...pressures) : null,
    fileConflictCount: conflicts.files,
    externalConflictCount: conflicts.external,
    attentionScore: worst.summary.attention,
    attentionReason: worst.summary.reason,
  };
}

function byWhatTheyTell(a: Look, b: Look): number {
  return (
    TELLS[b.signals.activity.state] - TELLS[a.signals.activity.state] ||
    b.summary.attention - a.summary.attention ||
    b.summary.state.lastActivityAt - a.summary.state.lastActivityAt
  );
}
