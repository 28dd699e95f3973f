import type {
  BudgetStanding,
  FileChanges,
  FileConflict,
  FileWatchProblem,
  GroupsFile,
  MachineState,
  NotificationChanges,
  Problem,
  ProjectConflicts,
  ProjectHealth,
  ProjectId,
  ProviderStatus,
  PtyId,
  PtyInfo,
  SessionEvent,
  SessionId,
  SessionState,
  Settings,
  TurnMetrics,
  UserThemes,
  WakeStanding,
} from '@agor/protocol';
import type { Logger } from '@agor/runtime';
import type { TeamChange } from '../btmsg/index.ts';

/** What a turn came to, beside whose it is. */
export type CountedTurn = Omit<TurnMetrics, 'sessionId' | 'projectId' | 'provider'>;

/** What one commit added to one session: these events, in order, and the state after them. */
export interface SessionChange {
  readonly sessionId: SessionId;
  readonly events: readonly SessionEvent[];
  readonly state: SessionState;
}

/** A file conflict that the person should hear of now. */
export interface RaisedConflict {
  readonly projectId: ProjectId;
  readonly file: FileConflict;
}

/** What the domains of the hub tell each other. Each topic is told after the fact: what it says is already committed. */
export interface HubTopics {
  sessions: readonly SessionChange[];
  machine: MachineState;
  /** The person's environment is known now, and with it what agents get: it is told once. */
  environment: 'known';
  /** What the machine told of watched files; `FileWatching` hands it on. */
  files: FileChanges | FileWatchProblem;
  groups: GroupsFile;
  settings: Settings;
  /** The person's own themes, whole. */
  themes: UserThemes;
  providers: ProviderStatus[];
  ptys: { readonly changed: PtyInfo[]; readonly removed: PtyId[] };
  problems: Problem[];
  /** Plugins came, went, or were switched. */
  plugins: 'changed';
  /** The SSH connections changed. */
  ssh: 'changed';
  /** A secret was set or removed, or the keyring was unlocked. */
  secrets: 'changed';
  team: readonly TeamChange[];
  /** What a turn that just ended took; told before `sessions` is told to those who came later. */
  turn: { readonly sessionId: SessionId; readonly turn: CountedTurn };
  /** All of projects, groups and the month that have a limit. */
  budgets: readonly BudgetStanding[];
  /** Projects whose anchors changed. */
  anchors: readonly ProjectId[];
  /** Triggers of wakes, and whom Stop All holds: whole. */
  wake: WakeStanding;
  /** Whom Stop All holds changed: these go on now, or more are held. */
  stopAll: { readonly freed: readonly ProjectId[] };
  /** An agent was given a prompt by itself: `reason` says why, for the person. */
  woken: { readonly agentId: ProjectId; readonly sessionId: SessionId; readonly reason: string };
  /** Of all projects that have any; `raised`: those that are new, or open again after they were acknowledged. */
  conflicts: { readonly projects: readonly ProjectConflicts[]; readonly raised: readonly RaisedConflict[] };
  notifications: NotificationChanges;
  /** All projects of which there is something to tell, and the sessions whose attention changed. */
  health: { readonly projects: readonly ProjectHealth[]; readonly sessions: readonly SessionId[] };
}
export type HubTopic = keyof HubTopics;

type Listener<T extends HubTopic> = (value: HubTopics[T]) => void;

/**
 * The one place where a domain tells others what happened, so that none calls another by name. Listeners run at once,
 * in the order in which they came; one that throws is logged and does not keep the others from hearing.
 */
export class HubBus {
  readonly #listeners = new Map<HubTopic, Set<Listener<never>>>();

  constructor(private readonly logger: Logger) {}

  on<T extends HubTopic>(topic: T, listener: Listener<T>): Disposable {
    const set = this.#listeners.get(topic) ?? new Set();
    this.#listeners.set(topic, set);
    set.add(listener as Listener<never>);
    return { [Symbol.dispose]: () => void set.delete(listener as Listener<never>) };
  }

  emit<T extends HubTopic>(topic: T, value: HubTopics[T]): void {
    for (const listener of this.#listeners.get(topic) ?? []) {
      try {
        (listener as Listener<T>)(value);
      } catch (error) {
        this.logger.error(`a listener of "${topic}" failed`, { error });
      }
    }
  }
}
