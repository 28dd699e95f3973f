import {
  AgentId,
  CommandId,
  type GroupConfig,
  type GroupsFile,
  newId,
  type ProjectConfig,
  type ProjectId,
  PromptId,
  type SessionSummary,
} from '@agor/protocol';
import type { Clock, Logger, Timer } from '@agor/runtime';
import { isBusy, openAsks } from '@agor/session';
import { STOP_ALL } from '../agents/index.ts';
import type { Core } from '../core/index.ts';
import type { HubBus } from '../events/index.ts';
import { Failure } from '../failure.ts';
import type { HealthMonitor } from '../health/index.ts';
import type { EffectiveSettings } from '../settings/index.ts';
import type { Team } from '../team/index.ts';
import { evaluateWake, type WakeContext, type WakeProject } from './evaluate.ts';
import { type Manager, managersOf } from './managers.ts';
import type { StoppedAgents } from './stopped-agents.ts';

export interface WakeOptions {
  readonly stopped: StoppedAgents;
  readonly clock: Clock;
  readonly bus: HubBus;
  readonly log: Logger;
  readonly groups: () => GroupsFile;
  readonly core: {
    readonly sessions: Pick<Core['sessions'], 'list' | 'page'>;
    readonly agents: Pick<Core['agents'], 'query' | 'closeIdle'>;
  };
  readonly team: Pick<Team, 'taskCounts' | 'note'>;
  readonly health: Pick<HealthMonitor, 'of' | 'hourlyBurn'>;
  readonly settings: Pick<EffectiveSettings, 'value'>;
}

/** Sessions of a manager of which one may still work; older ones have ended. */
const RECENT = 5;
/** Newest events among which the stop of a stopped session is. */
const STOP_LOOKED_FOR = 50;
/** A smart manager is not woken again for the same reasons within this time: each wake is a fresh session that costs. In ms. */
const SAME_REASONS_MS = 60 * 60_000;

interface Planned {
  readonly settings: string;
  readonly timer: Timer;
}

/**
 * Wakes managers at their interval (spec §7.1): `persistent` in the session it has, the others in a fresh one, `smart` only when something
 * is worth it. One that works, waits, failed or was stopped is left alone, and so is one that Stop All holds.
 */
export class WakeScheduler implements Disposable {
  readonly #planned = new Map<ProjectId, Planned>();
  readonly #subscriptions: Disposable[];
  /** Why each smart manager was last woken, and when, by the monotonic clock. */
  readonly #lastWhy = new Map<ProjectId, { readonly why: string; readonly at: number }>();
  #started = false;

  constructor(private readonly options: WakeOptions) {
    const { bus } = options;
    this.#subscriptions = [
      bus.on('groups', () => this.#plan()),
      bus.on('settings', () => this.#plan()),
      bus.on('stopAll', () => this.#plan()),
    ];
  }

  /** Once the link is up; each manager's first interval begins now. */
  start(): void {
    this.#started = true;
    this.#plan();
  }

  [Symbol.dispose](): void {
    for (const subscription of this.#subscriptions) subscription[Symbol.dispose]();
    for (const { timer } of this.#planned.values()) timer.cancel();
    this.#planned.clear();
  }

  /** Plans anew what changed; an interval whose manager stays as it was runs on. */
  #plan(): void {
    if (!this.#started) return;
    const managers = this.#managers().filter(({ id }) => !this.options.stopped.has(id));
    const wanted = new Map(managers.map((manager) => [manager.id, manager]));
    for (const [id, { settings, timer }] of this.#planned) {
      const manager = wanted.get(id);
      if (manager && settingsOf(manager) === settings) continue;
      timer.cancel();
      this.#planned.delete(id);
    }
    for (const manager of managers) {
      if (this.#planned.has(manager.id)) continue;
      const timer = this.options.clock.setInterval(() => this.#due(manager.id), manager.intervalMs);
      this.#planned.set(manager.id, { settings: settingsOf(manager), timer });
    }
  }

  #managers(): Manager[] {
    return managersOf(this.options.groups(), this.options.settings);
  }

  #due(id: ProjectId): void {
    const manager = this.#managers().find((one) => one.id === id);
    if (!manager) return;
    try {
      this.#wake(manager);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      this.options.log.warn('a manager could not be woken', { manager: id, why: error.message });
    }
  }

  #wake({ id, group, strategy, threshold }: Manager): void {
    const { core, team, bus } = this.options;
    const recent = core.sessions.list({ projectId: id, limit: RECENT });
    const [newest] = recent;
    if (recent.some(({ state }) => isBusy(state) || state.queue.length > 0 || openAsks(state).length > 0)) return;
    if (newest && !this.#mayBeWoken(newest)) return;
    const context = this.#context(group);
    const { shouldWake, summary, signals } = evaluateWake(context, strategy, threshold);
    if (!shouldWake || (strategy === 'smart' && this.#wasWokenFor(id, reasonsOf(context, signals)))) return;
    const resumed = strategy === 'persistent' ? newest : undefined;
    const because = `${strategy} wake: ${signals[0]?.reason ?? ''}`.slice(0, 200);
    const prompt = { id: newId(PromptId), text: summary, images: [], source: 'agor' as const, wake: because };
    const where = resumed ? { sessionId: resumed.state.id } : { projectId: id };
    const { sessionId } = core.agents.query({ commandId: newId(CommandId), ...where, prompt });
    const why = signals.map((signal) => `${signal.id} ${signal.score}: ${signal.reason}`).join('; ');
    team.note(AgentId.parse(id), 'wake_event', `${strategy}, ${resumed ? 'resumed' : 'fresh'}: ${why}`);
    bus.emit('woken', { agentId: id, sessionId, reason: because });
    // The one before has nothing to do any more: a process for every wake would fill the memory.
    if (!resumed && newest?.state.process) core.agents.closeIdle(newest.state.id);
  }

  /** What failed or was stopped is the person's to mend; what Stop All stopped is not, once it holds the agent no more. */
  #mayBeWoken({ status, state }: SessionSummary): boolean {
    if (status !== 'stopped') return status === 'idle' || status === 'done';
    const { events } = this.options.core.sessions.page({
      sessionId: state.id,
      before: Number.MAX_SAFE_INTEGER,
      limit: STOP_LOOKED_FOR,
    });
    const stop = events.findLast((event) => event.kind === 'stopRequested');
    return stop?.kind === 'stopRequested' && stop.by === STOP_ALL;
  }

  /** Remembers the reasons when they are news. */
  #wasWokenFor(id: ProjectId, why: string): boolean {
    const now = this.options.clock.monotonic();
    const last = this.#lastWhy.get(id);
    if (last && last.why === why && now - last.at < SAME_REASONS_MS) return true;
    this.#lastWhy.set(id, { why, at: now });
    return false;
  }

  #context(group: GroupConfig): WakeContext {
    const { health, team } = this.options;
    const projects = group.projects.filter(({ enabled }) => enabled);
    const spending = projects.filter(
      ({ id }) => health.hourlyBurn(id) !== null || (health.of(id)?.burnRatePerHour ?? 0) > 0,
    );
    const hourly = spending.map(({ id }) => health.hourlyBurn(id)).filter((rate) => rate !== null);
    const isKnown = hourly.length === spending.length;
    return {
      projects: projects.map((project) => this.#project(project)),
      tasks: team.taskCounts(group.id),
      hourlyBurn: isKnown ? hourly.reduce((sum, rate) => sum + rate, 0) : null,
    };
  }

  #project({ id, name }: ProjectConfig): WakeProject {
    const health = this.options.health.of(id);
    const pressure = health?.contextPressure ?? null;
    return {
      projectId: id,
      projectName: name,
      activityState: health?.activityState ?? 'inactive',
      idleMinutes: (health?.idleDurationMs ?? 0) / 60_000,
      burnRatePerHour: health?.burnRatePerHour ?? 0,
      contextPressurePercent: pressure === null ? null : pressure * 100,
      fileConflicts: health?.fileConflictCount ?? 0,
      attentionScore: health?.attentionScore ?? 0,
      attentionReason: health?.attentionReason ?? null,
    };
  }
}

/** Without the figures in the words of signals, which change from one look to the next. */
function reasonsOf({ projects }: WakeContext, signals: readonly { readonly id: string }[]): string {
  const needing = projects.filter(({ attentionScore }) => attentionScore > 0).map(({ projectId }) => projectId);
  return [...signals.map(({ id }) => id), ...needing].join(' ');
}

function settingsOf({ strategy, intervalMs, threshold }: Manager): string {
  return `${strategy} ${intervalMs} ${threshold}`;
}
