import { ProjectId } from '@agor/protocol';
import { HealthMonitor } from '../health/index.ts';
import { DesktopTeller, type Environment, findDesktop, Notifier } from '../notifications/index.ts';
import { courierSessions, Liveness, Team } from '../team/index.ts';
import { StoppedAgents, Wakes } from '../wake/index.ts';
import type { AgentsSide } from './agents-side.ts';
import type { Ground } from './ground.ts';

/** Who writes to whom, how they fare, what wakes them, and what the person hears of it. */
export interface TeamSide {
  readonly team: Team;
  readonly health: HealthMonitor;
  readonly wake: Wakes;
  readonly notifier: Notifier;
  /** Once the link to the machine was tried. */
  start(): void;
}

export function openTeamSide(ground: Ground, agents: AgentsSide, desktopEnv: Environment): TeamSide {
  const { clock, log, bus, settings, groups, effective, own, teamDb: db } = ground;
  const { core, conflicts, watching, signals } = agents;
  const file = () => groups.current;
  const stopped = own.use(new StoppedAgents({ db, clock, bus, groups: file }));
  const team = own.use(
    new Team({
      db,
      clock,
      bus,
      log,
      groups: file,
      sessions: courierSessions(core),
      isStopped: (agent) => stopped.has(agent),
      turnedTo: (agent) => stopped.resume(ProjectId.parse(agent)),
      wakes: () => wake.forTeam,
    }),
  );
  own.use(new Liveness({ bus, newestOf: (id) => core.sessions.newestOf(id) }));
  const health = own.use(
    new HealthMonitor({
      clock,
      bus,
      sessions: core.sessions,
      signals,
      conflicts: (id) => conflicts.countsOf(id),
    }),
  );
  const wake: Wakes = own.use(
    new Wakes({
      db,
      clock,
      bus,
      log,
      groups: file,
      stopped,
      core,
      team,
      health,
      watching,
      settings: effective,
    }),
  );
  const desktop = own.use(new DesktopTeller({ clock, log, find: () => findDesktop(desktopEnv, clock) }));
  const notifier = own.use(
    new Notifier({
      db: ground.db,
      clock,
      bus,
      log,
      groups: file,
      settings: () => settings.value('notifications'),
      sessions: () => core.sessions.list().map(({ state }) => state),
      isCatchingUp: () => core.machine.isCatchingUp,
      taskInReview: (id) => team.taskInReview(id),
      desktop,
    }),
  );
  notifier.start();
  void desktop.start();
  const start = () => {
    team.start();
    health.start();
    wake.start();
  };
  return { team, health, wake, notifier, start };
}
