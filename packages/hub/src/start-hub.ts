import { AgentId, OPERATOR, ProjectId, ProviderId } from '@agor/protocol';
import {
  type AgorPaths,
  buildId,
  type Clock,
  createLogger,
  type Logger,
  ok,
  type Result,
  webRoot,
} from '@agor/runtime';
import { createRouter, Once } from './api/index.ts';
import { budgetRules } from './budget/index.ts';
import { Conflicts } from './conflicts/index.ts';
import { type Core, openCore } from './core/index.ts';
import { openHubDatabase, openTeamDatabase } from './database/index.ts';
import { HubBus } from './events/index.ts';
import { Files } from './files/index.ts';
import { openGroups, projectRunConfig, requireMember } from './groups/index.ts';
import { HealthMonitor, healthSignals } from './health/index.ts';
import { DesktopTeller, findDesktop, Notifier } from './notifications/index.ts';
import { Problems } from './problems/index.ts';
import { followProviderDecisions, providerDecisions } from './provider-decisions.ts';
import { ProviderServiceCalls, Providers } from './providers/index.ts';
import { runContext } from './run-context.ts';
import { type HubServer, startServer } from './server/index.ts';
import { SettingsStore } from './settings/index.ts';
import { courierSessions, Liveness, Team } from './team/index.ts';
import { Terminals } from './terminals/index.ts';
import { VERSION } from './version.ts';
import { StoppedAgents, Wakes } from './wake/index.ts';
import { FileWatching } from './watching/index.ts';

export interface StartOptions {
  readonly paths: AgorPaths;
  readonly host: string;
  readonly port: number;
  readonly clock: Clock;
  /** Called when a client asked agor to shut down, after its answer is out. */
  readonly onShutdown: () => void;
  /** By which the desktop is found that notifications are shown on; only tests give another. */
  readonly desktopEnv?: Readonly<Record<string, string | undefined>>;
  /** For tests. */
  readonly openCore?: typeof openCore;
  readonly logger?: Logger;
}

export interface RunningHub {
  readonly server: HubServer;
  readonly core: Core;
  readonly bus: HubBus;
  readonly terminals: Terminals;
  /** The first attempt to reach the machine is decided; its state says how. */
  readonly machineTried: Promise<void>;
  /** At the very first start: a group to try things in. Not awaited by the start; windows hear of it. */
  makeDemoIfFirst(): void;
  /** Ends the hub alone: agents and terminals live on. */
  close(): Promise<void>;
}

/** Time for a last answer to reach its client before the hub ends. */
const LAST_ANSWER_MS = 100;

/** Puts the hub together and listens. The caller holds the hub's lock. Fails with words for the person. */
export function startHub(options: StartOptions): Result<RunningHub, string> {
  const { paths, clock } = options;
  const log = options.logger ?? createLogger({ name: 'hub', file: paths.hubLog });
  const db = openHubDatabase(paths.sessionsDb);
  const ends: (() => unknown)[] = [() => db.close()];
  const bus = new HubBus(log);
  const problems = new Problems(bus, clock);
  const settings = new SettingsStore({ db, bus, log });
  const groups = openGroups({ file: paths.groupsFile, bus, problems, clock, log });
  ends.unshift(() => groups[Symbol.dispose]());
  const decisions = () => providerDecisions(groups, settings);
  const conflicts = new Conflicts({
    bus,
    clock,
    watching: { watchFiles: (...args) => watching.watchFiles(...args) },
    onProblem: (problem) =>
      problem === null ? problems.clear('file-watching') : problems.raise('file-watching', problem),
  });
  ends.unshift(() => conflicts[Symbol.dispose]());
  const signals = healthSignals({
    clock,
    groups: () => groups.current,
    heardAt: (id) => core.heardAt(id),
    fileConflicts: (id) => conflicts.openOf(id),
    reviewTasks: (group) => team.taskCounts(group).review,
  });
  const core = (options.openCore ?? openCore)({
    paths,
    logger: log,
    bus,
    problems,
    db,
    clock,
    runContext: runContext(groups, settings),
    budgetRules: budgetRules({
      budgets: () => settings.value('budgets'),
      prices: () => settings.value('prices'),
      groups: () => groups.current,
      audit: (projectId, detail) => team.note(AgentId.parse(projectId ?? OPERATOR), 'budget', detail),
    }),
    teamCall: (sessionId, call) => team.asSession(sessionId, call),
    providerDecisions: decisions,
    signals,
  });
  ends.unshift(() => core.close());
  const projectFolder = (id: Parameters<typeof requireMember>[1]) => requireMember(groups.current, id).project.cwd;
  const watching = new FileWatching({ machine: core.machine, bus, log, projectFolder });
  ends.unshift(() => watching[Symbol.dispose]());
  const teamDb = openTeamDatabase(paths.teamDb);
  ends.push(() => teamDb.close());
  const stopped = new StoppedAgents({ db: teamDb, clock, bus, groups: () => groups.current });
  ends.unshift(() => stopped[Symbol.dispose]());
  const team = new Team({
    db: teamDb,
    clock,
    bus,
    log,
    groups: () => groups.current,
    sessions: courierSessions(core),
    isStopped: (agent) => stopped.has(agent),
    turnedTo: (agent) => stopped.resume(ProjectId.parse(agent)),
    wakes: () => wake.forTeam,
  });
  ends.unshift(() => team[Symbol.dispose]());
  const liveness = new Liveness({ bus, newestOf: (id) => core.sessions.newestOf(id) });
  ends.unshift(() => liveness[Symbol.dispose]());
  const health = new HealthMonitor({
    clock,
    bus,
    sessions: core.sessions,
    signals,
    conflicts: (id) => conflicts.countsOf(id),
  });
  ends.unshift(() => health[Symbol.dispose]());
  const wake: Wakes = new Wakes({
    db: teamDb,
    clock,
    bus,
    log,
    groups: () => groups.current,
    stopped,
    core,
    team,
    health,
    watching,
    defaultProvider: () => settings.value('default_provider'),
    refreshMinutes: () => settings.value('refresh_minutes'),
  });
  ends.unshift(() => wake[Symbol.dispose]());
  const desktopEnv = options.desktopEnv ?? process.env;
  const desktop = new DesktopTeller({ clock, log, find: () => findDesktop(desktopEnv, clock) });
  ends.unshift(() => desktop[Symbol.dispose]());
  const notifier = new Notifier({
    db,
    clock,
    bus,
    log,
    groups: () => groups.current,
    settings: () => settings.value('notifications'),
    sessions: () => core.sessions.list().map(({ state }) => state),
    isCatchingUp: () => core.machine.isCatchingUp,
    taskInReview: (id) => team.taskInReview(id),
    desktop,
  });
  ends.unshift(() => notifier[Symbol.dispose]());
  const files = new Files(core.machine, projectFolder, () => settings.value('default_cwd'));
  const providers = new Providers({ machine: core.machine, settings, bus, log });
  const services = new ProviderServiceCalls({
    core,
    clock,
    project: (id) => projectRunConfig(requireMember(groups.current, id).project),
    defaultProvider: () => ProviderId.parse(settings.value('default_provider')),
    sandboxByDefault: () => settings.value('sandbox_new_projects'),
  });
  const following = followProviderDecisions({ bus, core, decisions, changed: () => services.forget() });
  const terminals = new Terminals({
    machine: core.machine,
    bus,
    clock,
    log,
    shell: () => settings.value('default_shell'),
    defaultFolder: () => settings.value('default_cwd'),
    projectFolder,
  });
  ends.unshift(
    () => following[Symbol.dispose](),
    () => providers[Symbol.dispose](),
    () => terminals[Symbol.dispose](),
  );
  let closing: Promise<void> | null = null;
  const close = () => {
    closing ??= endAll();
    return closing;
  };
  const endAll = async () => {
    for (const end of ends) await end();
    log.info('the hub ended');
    log.close();
  };
  const router = createRouter({
    paths,
    version: VERSION,
    build: buildId(import.meta),
    clock,
    log,
    bus,
    problems,
    core,
    groups,
    settings,
    files,
    terminals,
    providers,
    services,
    team,
    health,
    conflicts,
    wake,
    notifier,
    once: new Once(),
    endSoon: () => void clock.setTimeout(options.onShutdown, LAST_ANSWER_MS),
  });
  const server = startServer({
    host: options.host,
    port: options.port,
    paths,
    router,
    terminals,
    team,
    version: VERSION,
    webRoot: webRoot(import.meta),
    clock,
    log,
  });
  if (!server.ok) {
    void close();
    return server;
  }
  log.info('the hub listens', { url: server.value.url, pid: process.pid, build: buildId(import.meta) });
  ends.unshift(() => server.value.close());
  const makeDemoIfFirst = () => {
    if (groups.existed || groups.current.groups.length > 0) return;
    const sandboxEnabled = settings.value('sandbox_new_projects');
    import('./first-run/index.ts')
      .then(({ createDemo }) => createDemo({ groups, dataDir: paths.dataDir, sandboxEnabled, log }))
      .catch((error: unknown) => log.error('the demo projects could not be made', { error }));
  };
  notifier.start();
  void desktop.start();
  return ok({
    server: server.value,
    core,
    bus,
    terminals,
    machineTried: core.start().then(() => {
      team.start();
      health.start();
      wake.start();
    }),
    makeDemoIfFirst,
    close,
  });
}
