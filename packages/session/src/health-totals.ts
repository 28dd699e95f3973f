import type { ProjectHealth } from '@agor/protocol';

export interface HealthTotals {
  /** Projects by what their agents do. */
  readonly running: number;
  readonly idle: number;
  readonly stalled: number;
  /** US dollars per hour, of all together. */
  readonly burnRatePerHour: number;
}

export function healthTotals(projects: readonly ProjectHealth[]): HealthTotals {
  const count = (state: ProjectHealth['activityState']) => projects.filter((p) => p.activityState === state).length;
  return {
    running: count('running'),
    idle: count('idle'),
    stalled: count('stalled'),
    burnRatePerHour: projects.reduce((sum, project) => sum + project.burnRatePerHour, 0),
  };
}
