import type { ActivityState, ProjectId, WakeStrategy } from '@agor/protocol';
import type { TaskCounts } from '../bttask/index.ts';

/** A project as the wake scheduler sees it (spec §7.2). */
export interface WakeProject {
  readonly projectId: ProjectId;
  readonly projectName: string;
  readonly activityState: ActivityState;
  readonly idleMinutes: number;
  readonly burnRatePerHour: number;
  readonly contextPressurePercent: number | null;
  readonly fileConflicts: number;
  readonly attentionScore: number;
  readonly attentionReason: string | null;
}
export interface WakeContext {
  readonly projects: readonly WakeProject[];
  readonly tasks: TaskCounts;
  /** The last hour's, in US dollars per hour; null while there is no hour to look at. */
  readonly hourlyBurn: number | null;
}

type WakeSignalId =
  | 'AttentionSpike'
  | 'ContextPressureCluster'
  | 'BurnRateAnomaly'
  | 'TaskQueuePressure'
  | 'ReviewBacklog'
  | 'PeriodicFloor';
interface WakeSignal {
  readonly id: WakeSignalId;
  readonly score: number;
  readonly reason: string;
}
export interface WakeEvaluation {
  /** The highest of the signals, not their sum. */
  readonly score: number;
  readonly signals: readonly WakeSignal[];
  readonly shouldWake: boolean;
  readonly summary: string;
}

/** What would wake a manager now, and whether it should; `smart` wakes from its threshold on, the others always. */
export function evaluateWake(context: WakeContext, strategy: WakeStrategy, threshold: number): WakeEvaluation {
  const signals = [...signalsOf(context)].sort((a, b) => b.score - a.score);
  const score = Math.max(...signals.map((signal) => signal.score));
  return {
    score,
    signals,
    shouldWake: strategy !== 'smart' || score >= threshold,
    summary: summaryOf(context, signals),
  };
}

function* signalsOf({ projects, tasks, hourlyBurn }: WakeContext): Generator<WakeSignal> {
  const needing = projects.filter(({ attentionScore }) => attentionScore > 0);
  const [worst] = [...needing].sort((a, b) => b.attentionScore - a.attentionScore);
  if (worst)
    yield {
      id: 'AttentionSpike',
      score: 1,
      reason: `${worst.projectName}: ${worst.attentionReason ?? 'needs attention'}`,
    };
  const full = projects.filter(({ contextPressurePercent }) => (contextPressurePercent ?? 0) > 75);
  if (full.length >= 2)
    yield { id: 'ContextPressureCluster', score: 0.9, reason: `${full.length} projects with a context above 75 %` };
  const burn = projects.reduce((sum, { burnRatePerHour }) => sum + burnRatePerHour, 0);
  if (hourlyBurn !== null && hourlyBurn > 0 && burn > 3 * hourlyBurn)
    yield {
      id: 'BurnRateAnomaly',
      score: 0.8,
      reason: `${burn.toFixed(2)} $/h against ${hourlyBurn.toFixed(2)} $/h in the last hour`,
    };
  if (tasks.blocked >= 3) yield { id: 'TaskQueuePressure', score: 0.7, reason: `${tasks.blocked} tasks are blocked` };
  if (tasks.review >= 5) yield { id: 'ReviewBacklog', score: 0.6, reason: `${tasks.review} tasks wait for review` };
  yield { id: 'PeriodicFloor', score: 0.1, reason: 'the regular look' };
}

function summaryOf({ projects, tasks }: WakeContext, signals: readonly WakeSignal[]): string {
  const needing = projects.filter(({ attentionScore }) => attentionScore > 0);
  const parts = [
    `Woken: ${signals[0]?.reason ?? ''}`,
    `## Why you were woken\n\n${signals.map(({ id, score, reason }) => `- ${id} (${score}): ${reason}`).join('\n')}`,
    `## Fleet\n\n${projects.map(line).join('\n') || 'No projects.'}`,
  ];
  if (needing.length > 0)
    parts.push(
      `## Needs attention\n\n${needing.map((p) => `- ${p.projectName}: ${p.attentionReason ?? p.attentionScore}`).join('\n')}`,
    );
  const { todo, progress, blocked, review, done } = tasks;
  const total = todo + progress + blocked + review + done;
  if (total > 0)
    parts.push(
      `## Tasks\n\n${total} in all: ${todo} to do, ${progress} in progress, ${blocked} blocked, ${review} in review, ${done} done.`,
    );
  return parts.join('\n\n');
}

function line(project: WakeProject): string {
  const idle = project.idleMinutes > 0 ? `, quiet for ${Math.round(project.idleMinutes)} min` : '';
  const context =
    project.contextPressurePercent === null ? '' : `, context ${Math.round(project.contextPressurePercent)} %`;
  const burn = project.burnRatePerHour > 0 ? `, ${project.burnRatePerHour.toFixed(2)} $/h` : '';
  const conflicts = project.fileConflicts > 0 ? `, ${project.fileConflicts} file conflict(s)` : '';
  return `- ${project.projectName} (${project.projectId}): ${project.activityState}${idle}${context}${burn}${conflicts}`;
}
