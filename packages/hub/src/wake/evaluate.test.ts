import { expect, test } from 'bun:test';
import { ProjectId } from '@agor/protocol';
import { evaluateWake, type WakeContext, type WakeProject } from './evaluate.ts';

const quiet: WakeProject = {
  projectId: ProjectId.parse('p1'),
  projectName: 'One',
  activityState: 'inactive',
  idleMinutes: 0,
  burnRatePerHour: 0,
  contextPressurePercent: null,
  fileConflicts: 0,
  attentionScore: 0,
  attentionReason: null,
};
const noTasks = { todo: 0, progress: 0, review: 0, done: 0, blocked: 0 };

function contextOf(projects: readonly Partial<WakeProject>[], more: Partial<WakeContext> = {}): WakeContext {
  return { projects: projects.map((project) => ({ ...quiet, ...project })), tasks: noTasks, hourlyBurn: null, ...more };
}
function smart(context: WakeContext, threshold = 0.5) {
  const { score, shouldWake, signals } = evaluateWake(context, 'smart', threshold);
  return { score, shouldWake, ids: signals.map(({ id }) => id) };
}
const floorOnly = { score: 0.1, shouldWake: false, ids: ['PeriodicFloor'] };

test('with nothing to see only the floor is left, which wakes no smart manager', () => {
  expect(smart(contextOf([{}]))).toEqual(floorOnly as ReturnType<typeof smart>);
  expect(smart(contextOf([]), 0.1).shouldWake).toBe(true);
});

test.each<[string, number, WakeContext, WakeContext]>([
  ['AttentionSpike', 1, contextOf([{ attentionScore: 10 }]), contextOf([{ attentionScore: 0 }])],
  [
    'ContextPressureCluster',
    0.9,
    contextOf([{ contextPressurePercent: 76 }, { contextPressurePercent: 80 }]),
    contextOf([{ contextPressurePercent: 75 }, { contextPressurePercent: 99 }]),
  ],
  [
    'BurnRateAnomaly',
    0.8,
    contextOf([{ burnRatePerHour: 2 }, { burnRatePerHour: 1.1 }], { hourlyBurn: 1 }),
    contextOf([{ burnRatePerHour: 2 }, { burnRatePerHour: 1 }], { hourlyBurn: 1 }),
  ],
  [
    'TaskQueuePressure',
    0.7,
    contextOf([], { tasks: { ...noTasks, blocked: 3 } }),
    contextOf([], { tasks: { ...noTasks, blocked: 2 } }),
  ],
  [
    'ReviewBacklog',
    0.6,
    contextOf([], { tasks: { ...noTasks, review: 5 } }),
    contextOf([], { tasks: { ...noTasks, review: 4 } }),
  ],
])('%s weighs %d from its condition on, and nothing below it', (id, score, from, below) => {
  expect(smart(from)).toMatchObject({ score, shouldWake: true, ids: [id, 'PeriodicFloor'] });
  expect(smart(below)).toEqual(floorOnly as ReturnType<typeof smart>);
});

test('a burn rate without an hour to compare with is no anomaly', () => {
  expect(smart(contextOf([{ burnRatePerHour: 100 }])).ids).toEqual(['PeriodicFloor']);
});

test('the score is the highest signal, not the sum, and signals are told highest first', () => {
  const context = contextOf([{ attentionScore: 100 }], { tasks: { ...noTasks, blocked: 4, review: 6 } });
  expect(smart(context)).toEqual({
    score: 1,
    shouldWake: true,
    ids: ['AttentionSpike', 'TaskQueuePressure', 'ReviewBacklog', 'PeriodicFloor'],
  });
});

test('a smart manager wakes from its threshold on, the others always', () => {
  const context = contextOf([], { tasks: { ...noTasks, review: 5 } });
  expect(smart(context, 0.6).shouldWake).toBe(true);
  expect(smart(context, 0.61).shouldWake).toBe(false);
  expect(evaluateWake(contextOf([]), 'persistent', 1).shouldWake).toBe(true);
  expect(evaluateWake(contextOf([]), 'on-demand', 1).shouldWake).toBe(true);
});

test('the summary says why, how the fleet fares, what needs attention, and how the tasks stand', () => {
  const context = contextOf(
    [
      { activityState: 'stalled', idleMinutes: 16, burnRatePerHour: 1.5, contextPressurePercent: 81.4 },
      { projectName: 'Two', attentionScore: 90, attentionReason: 'exit code 1' },
    ],
    { tasks: { ...noTasks, todo: 2, blocked: 1 } },
  );
  const { summary } = evaluateWake(context, 'smart', 0.5);
  expect(summary).toStartWith('Woken: Two: exit code 1\n');
  expect(summary).toContain('- AttentionSpike (1): Two: exit code 1');
  expect(summary).toContain('- One (p1): stalled, quiet for 16 min, context 81 %, 1.50 $/h');
  expect(summary).toContain('## Needs attention\n\n- Two: exit code 1');
  expect(summary).toContain('3 in all: 2 to do, 0 in progress, 1 blocked, 0 in review, 0 done.');
});
