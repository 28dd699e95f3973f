import type { PtyId, PtyInfo, SessionId, SessionSummary, WatchFrame } from '@agor/protocol';
import type { Clock } from '@agor/runtime';
import type { HubBus } from '../events/index.ts';
import { mask } from '../kept-values/index.ts';
import { Doorbell } from './doorbell.ts';
import { mergeNotifications } from './merge-notifications.ts';
import { Pace } from './pace.ts';
import { TeamChanges } from './team-changes.ts';

/** A session is told at most once in this time: fifty streaming sessions must not flood the overview. In ms. */
const SESSIONS_EVERY_MS = 50;
/** So are changes of the team: agents that write to each other at full speed are one frame in this time. In ms. */
const TEAM_EVERY_MS = 200;

/** What the overview needs of the sessions. */
export interface Overview {
  /** The first frame, whole. */
  snapshot(): Extract<WatchFrame, { kind: 'snapshot' }>;
  /** Null when the session is gone. */
  summary(id: SessionId): SessionSummary | null;
  /** Sessions whose status depends on the link to the machine. */
  openSessions(): SessionId[];
}

/**
 * The overview stream: a snapshot, then what changed. Of each topic only the newest is kept for a slow reader, so its
 * memory is bounded by the number of things, not of changes. Ends when `signal` aborts or the caller returns.
 */
export async function* watch(
  bus: HubBus,
  overview: Overview,
  clock: Clock,
  signal?: AbortSignal,
): AsyncGenerator<WatchFrame, void> {
  using changes = new Changes(bus, overview, clock);
  yield overview.snapshot();
  for (;;) {
    const frame = await changes.next(signal);
    if (!frame) return;
    yield frame;
  }
}

class Changes implements Disposable {
  readonly #sessions = new Set<SessionId>();
  readonly #latest = new Map<string, WatchFrame>();
  readonly #ptysChanged = new Map<PtyId, PtyInfo>();
  readonly #ptysRemoved = new Set<PtyId>();
  readonly #subscriptions: Disposable[];
  readonly #team = new TeamChanges();
  readonly #doorbell = new Doorbell();
  readonly #sessionsPace: Pace;
  readonly #teamPace: Pace;

  constructor(
    bus: HubBus,
    private readonly overview: Overview,
    clock: Clock,
  ) {
    const ring = () => this.#doorbell.ring();
    this.#sessionsPace = new Pace(clock, SESSIONS_EVERY_MS, ring);
    this.#teamPace = new Pace(clock, TEAM_EVERY_MS, ring);
    const keep = (frame: WatchFrame): void => {
      this.#latest.set(frame.kind, frame);
      this.#doorbell.ring();
    };
    this.#subscriptions = [
      bus.on('sessions', (changed) => this.#touch(changed.map((c) => c.sessionId))),
      bus.on('machine', (machine) => {
        keep({ kind: 'machine', machine });
        this.#touch(overview.openSessions());
      }),
      bus.on('groups', (groups) => keep({ kind: 'groups', groups: mask(groups) })),
      bus.on('settings', (settings) => keep({ kind: 'settings', settings })),
      bus.on('themes', (themes) => keep({ kind: 'themes', themes })),
      bus.on('providers', (providers) => keep({ kind: 'providers', providers })),
      bus.on('problems', (problems) => keep({ kind: 'problems', problems })),
      bus.on('ptys', ({ changed, removed }) => this.#ptys(changed, removed)),
      bus.on('wake', (wake) => keep({ kind: 'wake', wake })),
      bus.on('budgets', (budgets) => keep({ kind: 'budgets', budgets: [...budgets] })),
      bus.on('anchors', (projects) => {
        const untold = this.#latest.get('anchors');
        const before = untold?.kind === 'anchors' ? untold.projects : [];
        keep({ kind: 'anchors', projects: [...new Set([...before, ...projects])] });
      }),
      bus.on('plugins', () => keep({ kind: 'plugins' })),
      bus.on('ssh', () => keep({ kind: 'ssh' })),
      bus.on('secrets', () => keep({ kind: 'secrets' })),
      bus.on('conflicts', ({ projects }) => keep({ kind: 'conflicts', conflicts: [...projects] })),
      bus.on('notifications', (changes) => keep(mergeNotifications(this.#latest.get('notifications'), changes))),
      bus.on('health', ({ projects, sessions }) => {
        keep({ kind: 'health', health: [...projects] });
        this.#touch(sessions);
      }),
      bus.on('team', (changes) => {
        this.#team.add(changes);
        this.#doorbell.ring();
      }),
    ];
  }

  async next(signal?: AbortSignal): Promise<WatchFrame | null> {
    for (;;) {
      if (signal?.aborted) return null;
      const frame = this.#takeLatest() ?? this.#takePtys() ?? this.#takeSessions() ?? this.#takeTeam();
      if (frame) return frame;
      await this.#doorbell.wait(signal);
    }
  }

  [Symbol.dispose](): void {
    for (const subscription of this.#subscriptions) subscription[Symbol.dispose]();
    this.#sessionsPace[Symbol.dispose]();
    this.#teamPace[Symbol.dispose]();
    this.#doorbell.ring();
  }

  #touch(ids: readonly SessionId[]): void {
    for (const id of ids) this.#sessions.add(id);
    if (this.#sessions.size > 0) this.#doorbell.ring();
  }

  #ptys(changed: readonly PtyInfo[], removed: readonly PtyId[]): void {
    for (const pty of changed) {
      this.#ptysRemoved.delete(pty.id);
      this.#ptysChanged.set(pty.id, pty);
    }
    for (const id of removed) {
      this.#ptysChanged.delete(id);
      this.#ptysRemoved.add(id);
    }
    this.#doorbell.ring();
  }

  #takeLatest(): WatchFrame | null {
    for (const [kind, frame] of this.#latest) {
      this.#latest.delete(kind);
      return frame;
    }
    return null;
  }

  #takePtys(): WatchFrame | null {
    if (this.#ptysChanged.size === 0 && this.#ptysRemoved.size === 0) return null;
    const frame: WatchFrame = {
      kind: 'ptys',
      changed: [...this.#ptysChanged.values()],
      removed: [...this.#ptysRemoved],
    };
    this.#ptysChanged.clear();
    this.#ptysRemoved.clear();
    return frame;
  }

  /** The first change after a quiet time goes at once; then one frame in SESSIONS_EVERY_MS. */
  #takeSessions(): WatchFrame | null {
    if (this.#sessions.size === 0 || !this.#sessionsPace.take()) return null;
    const changed: SessionSummary[] = [];
    const removed: SessionId[] = [];
    for (const id of this.#sessions) {
      const summary = this.overview.summary(id);
      if (summary) changed.push(summary);
      else removed.push(id);
    }
    this.#sessions.clear();
    return { kind: 'sessions', changed, removed };
  }
  #takeTeam(): WatchFrame | null {
    if (this.#team.empty || !this.#teamPace.take()) return null;
    return { kind: 'team', changes: this.#team.take() };
  }
}
