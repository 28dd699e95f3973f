import { isDeepStrictEqual } from 'node:util';
import type { ProjectHealth, ProjectId, SessionId, SessionState, SessionSummary } from '@agor/protocol';
import type { Clock, Timer } from '@agor/runtime';
import type { HealthSignals } from '@agor/session';
import type { Core } from '../core/index.ts';
import type { HubBus } from '../events/index.ts';
import { Failure } from '../failure.ts';
import { Burn } from './burn.ts';
import { type ConflictCounts, type Look, projectHealth } from './project-health.ts';

/** How often is looked while something is under way, in ms (spec §5.1). */
const LOOK_MS = 5_000;
/** Events that come close together are looked at once. In ms. */
const GATHER_MS = 250;

export interface HealthOptions {
  readonly clock: Clock;
  readonly bus: HubBus;
  readonly sessions: Pick<Core['sessions'], 'list' | 'get'>;
  readonly signals: (state: SessionState, status: SessionSummary['status']) => HealthSignals;
  /** A project's files that are in conflict and not acknowledged, and those of them that somebody outside agor wrote. */
  readonly conflicts: (projectId: ProjectId) => ConflictCounts;
}

/**
 * How each project fares: looked at when something happens and, while a turn runs or money burns, every five seconds. Told on the bus only
 * when it changed; when nothing is under way no timer runs.
 */
export class HealthMonitor implements Disposable {
  /** Live sessions, and of each project the newest. */
  readonly #watched = new Map<SessionId, SessionState & { readonly projectId: ProjectId }>();
  readonly #attention = new Map<SessionId, string>();
  readonly #burn = new Burn();
  readonly #subscriptions: Disposable[];
  #latest: readonly ProjectHealth[] = [];
  #timer: Timer | null = null;
  #soon: Timer | null = null;

  constructor(private readonly options: HealthOptions) {
    const { bus } = options;
    this.#subscriptions = [
      bus.on('sessions', (changes) => {
        for (const { state } of changes) this.#watch(state);
        this.#lookSoon();
      }),
      bus.on('machine', () => this.#lookSoon()),
      bus.on('groups', () => this.#lookSoon()),
      bus.on('team', () => this.#lookSoon()),
      bus.on('conflicts', () => this.#lookSoon()),
    ];
  }

  /** Takes in the sessions that were there before. Once the link is up. */
  start(): void {
    for (const { state } of this.options.sessions.list()) this.#watch(state);
    this.#look();
  }

  /** Projects of which there is something to tell. */
  list(): readonly ProjectHealth[] {
    return this.#latest;
  }

  of(projectId: ProjectId): ProjectHealth | null {
    return this.#latest.find((project) => project.projectId === projectId) ?? null;
  }

  /** What a project spent within the last hour, in US dollars per hour; null until an hour is known. */
  hourlyBurn(projectId: ProjectId): number | null {
    return this.#burn.hourly(projectId, this.options.clock.now());
  }

  [Symbol.dispose](): void {
    for (const subscription of this.#subscriptions) subscription[Symbol.dispose]();
    this.#timer?.cancel();
    this.#soon?.cancel();
  }

  #watch(state: SessionState): void {
    const { id, projectId } = state;
    if (projectId === null) return;
    this.#burn.take(state, this.options.clock.now());
    this.#watched.set(id, { ...state, projectId });
  }

  #lookSoon(): void {
    if (this.#watched.size === 0) return;
    this.#soon ??= this.options.clock.setTimeout(() => {
      this.#soon = null;
      this.#look();
    }, GATHER_MS);
  }

  #look(): void {
    const now = this.options.clock.now();
    this.#forget();
    const looks = [...this.#watched.values()].flatMap(({ id, projectId }) => this.#lookAt(id, projectId));
    const changed = this.#attentionChanged(looks);
    const projects = [...Map.groupBy(looks, ({ projectId }) => projectId)]
      .map(([projectId, own]) =>
        projectHealth(projectId, own, this.#burn.rate(projectId, now), this.options.conflicts(projectId)),
      )
      .filter((health) => health !== null);
    const isSame = isDeepStrictEqual(projects, this.#latest);
    this.#latest = projects;
    this.#keepLooking(
      looks.some(({ signals }) => signals.activity.state !== 'inactive') || projects.some((p) => p.burnRatePerHour > 0),
    );
    if (!isSame || changed.length > 0) this.options.bus.emit('health', { projects, sessions: changed });
  }

  #lookAt(id: SessionId, projectId: ProjectId): (Look & { readonly projectId: ProjectId })[] {
    try {
      const summary = this.options.sessions.get(id);
      return [{ projectId, summary, signals: this.options.signals(summary.state, summary.status) }];
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      this.#watched.delete(id); // it is gone
      return [];
    }
  }

  /** Sessions that need the person more, or less, than when they were last told: time alone can do that. */
  #attentionChanged(looks: readonly Look[]): SessionId[] {
    const changed: SessionId[] = [];
    for (const { summary } of looks) {
      const said = `${summary.attention} ${summary.reason}`;
      const before = this.#attention.get(summary.state.id) ?? '0 null';
      this.#attention.set(summary.state.id, said);
      if (said !== before) changed.push(summary.state.id);
    }
    return changed;
  }

  /** What has ended is watched no longer, but for the newest of each project. */
  #forget(): void {
    const projects = Map.groupBy(this.#watched.values(), ({ projectId }) => projectId);
    for (const own of projects.values()) {
      const newest = own.reduce((a, b) => (b.lastActivityAt > a.lastActivityAt ? b : a));
      for (const state of own) if (state !== newest && !isAlive(state)) this.#watched.delete(state.id);
    }
    for (const id of this.#attention.keys()) if (!this.#watched.has(id)) this.#attention.delete(id);
    this.#burn.keep(new Set(projects.keys()));
  }

  #keepLooking(isUnderWay: boolean): void {
    if (isUnderWay) this.#timer ??= this.options.clock.setInterval(() => this.#look(), LOOK_MS);
    else {
      this.#timer?.cancel();
      this.#timer = null;
    }
  }
}

function isAlive({ process, turn, inFlight }: SessionState): boolean {
  return process !== null || turn !== null || inFlight.length > 0;
}
