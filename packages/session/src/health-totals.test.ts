import { expect, test } from 'bun:test';
import { type ActivityState, ProjectHealth } from '@agor/protocol';
import { healthTotals } from './health-totals.ts';

function health(activityState: ActivityState, burnRatePerHour: number): ProjectHealth {
  return ProjectHealth.parse({
    projectId: 'p',
    sessionId: 's',
    activityState,
    activeTool: null,
    idleDurationMs: 0,
    burnRatePerHour,
    contextPressure: null,
    fileConflictCount: 0,
    externalConflictCount: 0,
    attentionScore: 0,
    attentionReason: null,
  });
}

test('projects are counted by what they do, and what they spend is added up', () => {
  const projects = [
    health('running', 1),
    health('running', 2),
    health('idle', 0.5),
    health('stalled', 0),
    health('inactive', 4),
  ];
  expect(healthTotals(projects)).toEqual({ running: 2, idle: 1, stalled: 1, burnRatePerHour: 7.5 });
  expect(healthTotals([])).toEqual({ running: 0, idle: 0, stalled: 0, burnRatePerHour: 0 });
});
