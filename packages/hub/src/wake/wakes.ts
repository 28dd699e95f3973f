import {
  type CommandId,
  type GroupsFile,
  type NewWakeTrigger,
  type ProjectId,
  ProviderId,
  type WakeCondition,
  type WakeStanding,
  type WakeTrigger,
  type WakeTriggerChanges,
} from '@agor/protocol';
import type { Clock, Logger } from '@agor/runtime';
import { isBusy } from '@agor/session';
import type { Core } from '../core/index.ts';
import type { HubDatabase } from '../database/index.ts';
import type { HubBus } from '../events/index.ts';
import { Failure, rejected } from '../failure.ts';
import { projectRunConfig, requireMember } from '../groups/index.ts';
import type { HealthMonitor } from '../health/index.ts';
import type { EffectiveSettings } from '../settings/index.ts';
import type { Team } from '../team/index.ts';
import { type FileWatching, patternProblem } from '../watching/index.ts';
import { type CheckPlace, checkCondition, cronCondition, fileCondition, taskCondition } from './conditions/index.ts';
import { cronProblem, nextRun } from './cron.ts';
import { OwnWork } from './own-work.ts';
import { Refresh } from './refresh.ts';
import { WakeScheduler } from './scheduler.ts';
import type { StoppedAgents } from './stopped-agents.ts';
import { TriggerStore } from './trigger-store.ts';
import { Triggers } from './triggers.ts';

export interface WakesOptions {
  /** btmsg.db. */
  readonly db: HubDatabase;
  readonly clock: Clock;
  readonly bus: HubBus;
  readonly log: Logger;
  readonly groups: () => GroupsFile;
  readonly stopped: StoppedAgents;
  readonly core: Pick<Core, 'sessions' | 'agents' | 'machine'>;
  readonly team: Pick<Team, 'taskCounts' | 'note' | 'task'>;
  readonly health: Pick<HealthMonitor, 'of' | 'hourlyBurn'>;
  readonly watching: Pick<FileWatching, 'watchFiles'>;
  readonly settings: Pick<EffectiveSettings, 'value'>;
}

/** Everything by which agents are woken: the strategies of managers, triggers, reminders; and Stop All, which holds them all. */
export class Wakes implements Disposable {
  readonly #store: TriggerStore;
  readonly #triggers: Triggers;
  readonly #scheduler: WakeScheduler;
  readonly #refresh: Refresh;
  readonly #work: OwnWork;

  constructor(private readonly options: WakesOptions) {
    const { db, clock, bus, log, core, team, stopped, watching, groups } = options;
    this.#store = new TriggerStore(db, clock);
    this.#work = new OwnWork(bus, clock, (agent) => {
      const newest = core.sessions.newestOf(agent);
      return newest !== null && isBusy(newest);
    });
    this.#scheduler = new WakeScheduler(options);
    this.#triggers = new Triggers({
      store: this.#store,
      clock,
      bus,
      log,
      stopped,
      agents: () => new Set(this.#agents().map(({ id }) => id)),
      folder: (agent) => requireMember(groups(), agent).project.cwd,
      conditions: {
        cron: cronCondition,
        task: taskCondition({ bus, task: (id) => orNull(() => team.task(id, null)) }),
        file: fileCondition({ watching, isBusy: (agent) => this.#work.isBusy(agent) }),
        check: checkCondition({ machine: core.machine, place: (agent) => this.#place(agent) }),
      },
      core,
      team,
    });
    this.#refresh = new Refresh({
      clock,
      log,
      minutes: (id) => options.settings.value('refresh_minutes', id),
      agents: () => this.#agents().filter(({ id }) => !stopped.has(id)),
      core,
      team,
    });
    this.#groups = groups;
  }
  readonly #groups: () => GroupsFile;

  /** Once the link is up. */
  start(): void {
    this.#scheduler.start();
    this.#triggers.start();
    this.#refresh.start();
  }

  standing(agentId?: ProjectId): WakeStanding {
    const triggers = this.#triggers.list();
    const stopped = this.options.stopped.list();
    if (agentId === undefined) return { triggers, stopped };
    return {
      triggers: triggers.filter((one) => one.agentId === agentId),
      stopped: stopped.filter((id) => id === agentId),
    };
  }

  /** As a team decides it: what is written belongs to its transaction, and is looked at by `sync` after it. */
  readonly forTeam = {
    list: (): WakeTrigger[] => this.#triggers.list(),
    put: (id: string, trigger: NewWakeTrigger, by: string): WakeTrigger => {
      const condition = this.#checked(trigger.agentId, trigger.condition);
      return this.#triggers.put(id, { ...trigger, condition }, by);
    },
    find: (id: string) => this.#store.require(id),
    drop: (id: string): void => this.#store.remove(id),
    sync: (): void => this.#triggers.sync(),
  };

  /** Throws `Failure`: NOT_FOUND for an agent or a task that is not there, REJECTED for a condition that can't come about. */
  add({
    commandId,
    by,
    ...trigger
  }: NewWakeTrigger & { readonly commandId: CommandId; readonly by: string }): WakeTrigger {
    const condition = this.#checked(trigger.agentId, trigger.condition);
    return this.#triggers.add(commandId, { ...trigger, condition }, by);
  }

  update(id: string, changes: WakeTriggerChanges): WakeTrigger {
    const { agentId, id: whole } = this.#store.require(id);
    const { condition, prompt, once, enabled } = changes;
    const changed = this.#store.update(whole, {
      ...(condition === undefined ? {} : { condition: this.#checked(agentId, condition) }),
      ...(prompt === undefined ? {} : { prompt }),
      ...(once === undefined ? {} : { once }),
      ...(enabled === undefined ? {} : { enabled }),
    });
    this.#triggers.sync();
    return this.#triggers.shown(changed);
  }

  remove(id: string): void {
    this.#store.remove(this.#store.require(id).id);
    this.#triggers.sync();
  }

  /** Throws `Failure` REJECTED. */
  preview(condition: Extract<WakeCondition, { kind: 'cron' }>, count: number): number[] {
    let after: number | null = this.options.clock.now();
    const problem = cronProblem(condition, after);
    if (problem) throw rejected(problem);
    const times: number[] = [];
    while (times.length < count && after !== null) {
      after = nextRun(condition, after);
      if (after !== null) times.push(after);
    }
    return times;
  }

  stopAll(): void {
    this.options.stopped.stopAll();
  }

  /** The person turned to this agent: what Stop All holds of it goes on. */
  resume({ commandId, agentId }: { readonly commandId: CommandId; readonly agentId: ProjectId }): void {
    this.options.core.agents.letGo({ commandId, projectId: agentId });
    this.options.stopped.resume(agentId);
  }

  resumeAll({ commandId }: { readonly commandId: CommandId }): void {
    this.options.core.agents.letGo({ commandId });
    this.options.stopped.resumeAll();
  }

  /** Its process was started by the person; what waits in other sessions of the agent stays held. */
  turnedTo(agentId: ProjectId | null): void {
    this.options.stopped.resume(agentId);
  }

  [Symbol.dispose](): void {
    this.#scheduler[Symbol.dispose]();
    this.#triggers[Symbol.dispose]();
    this.#refresh[Symbol.dispose]();
    this.#work[Symbol.dispose]();
  }

  #agents(): { readonly id: ProjectId; readonly tier: 1 | 2 }[] {
    return this.#groups().groups.flatMap((group) => [
      ...(group.agents ?? []).filter(({ enabled }) => enabled).map(({ id }) => ({ id, tier: 1 as const })),
      ...group.projects.filter(({ enabled }) => enabled).map(({ id }) => ({ id, tier: 2 as const })),
    ]);
  }

  /** As it is kept: a task by its whole id. */
  #checked(agentId: ProjectId, condition: WakeCondition): WakeCondition {
    const { group } = requireMember(this.#groups(), agentId);
    if (condition.kind === 'task')
      return { ...condition, taskId: this.options.team.task(condition.taskId, group.id).id };
    const problem =
      condition.kind === 'cron'
        ? cronProblem(condition, this.options.clock.now())
        : condition.kind === 'file'
          ? patternProblem(condition.pattern)
          : null;
    if (problem) throw rejected(problem);
    return condition;
  }

  #place(agent: ProjectId): CheckPlace {
    const { cwd, claudeConfigDir, sandbox } = projectRunConfig(requireMember(this.#groups(), agent).project);
    const provider = ProviderId.parse(this.options.settings.value('default_provider', agent));
    return { cwd, provider, claudeConfigDir, sandbox };
  }
}

function orNull<T>(get: () => T): T | null {
  try {
    return get();
  } catch (error) {
    if (error instanceof Failure) return null;
    throw error;
  }
}
