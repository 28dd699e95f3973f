import {
  type AgorPaths,
  buildId,
  type Clock,
  createLogger,
  type Logger,
  ok,
  type Result,
  SecretRedactor,
  webRoot,
} from '@agor/runtime';
import { createRouter, Once } from './api/index.ts';
import type { Core, openCore } from './core/index.ts';
import type { HubBus } from './events/index.ts';
import { Exporter } from './export/index.ts';
import type { Environment } from './notifications/index.ts';
import {
  type Ground,
  openAgentsSide,
  openGround,
  openPlugins,
  openTeamSide,
  openWorkbench,
  startTelemetry,
  type TeamSide,
} from './parts/index.ts';
import { type HubServer, startServer } from './server/index.ts';
import { Telemetry } from './telemetry/index.ts';
import type { Terminals } from './terminals/index.ts';
import { VERSION } from './version.ts';

export interface StartOptions {
  readonly paths: AgorPaths;
  readonly host: string;
  readonly port: number;
  readonly clock: Clock;
  /** Called when a client asked agor to shut down, after its answer is out. */
  readonly onShutdown: () => void;
  /** By which the desktop is found that notifications are shown on, and its keyring; only tests give another. */
  readonly desktopEnv?: Environment;
  /** By which telemetry is configured; only tests give another. */
  readonly env?: Environment;
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
  const redactor = new SecretRedactor();
  const redact = (line: string) => redactor.text(line);
  const log = options.logger ?? createLogger({ name: 'hub', file: paths.hubLog, redact });
  const desktopEnv = options.desktopEnv ?? process.env;
  const ground = openGround({ paths, clock, log, redactor }, desktopEnv);
  const { bus, problems, settings, groups, effective, secrets, own } = ground;
  const env = options.env ?? process.env;
  const configured = Telemetry.configured(env);
  if (!configured.ok) problems.raise('telemetry-export', configured.error);
  const telemetry = configured.ok ? configured.value : null;
  const traceparent = telemetry?.traceparentOf;
  const agents = openAgentsSide(ground, () => teamSide.team, { open: options.openCore, traceparent });
  const teamSide: TeamSide = openTeamSide(ground, agents, desktopEnv);
  const workbench = openWorkbench(ground, agents);
  const { core, conflicts } = agents;
  const plugins = openPlugins(ground, agents, teamSide);
  const { team, health, wake, notifier } = teamSide;
  const build = buildId(import.meta);
  let closing: Promise<void> | null = null;
  const close = () => {
    closing ??= own.disposeAsync().then(() => {
      log.info('the hub ended');
      log.close();
    });
    return closing;
  };
  const router = createRouter({
    paths,
    version: VERSION,
    build,
    clock,
    log,
    bus,
    problems,
    core,
    groups,
    settings,
    effective,
    secrets,
    ...workbench,
    plugins,
    team,
    health,
    conflicts,
    wake,
    notifier,
    telemetry,
    once: new Once(),
    endSoon: () => void clock.setTimeout(options.onShutdown, LAST_ANSWER_MS),
  });
  const exporter = new Exporter({
    sessions: core.sessions,
    blobsDir: paths.blobsDir,
    redactor,
    version: VERSION,
    clock,
  });
  const { host, port } = options;
  const { terminals, files } = workbench;
  const serving = { host, port, paths, router, terminals, files, team, exporter, version: VERSION, clock, log };
  const server = startServer({ ...serving, webRoot: webRoot(import.meta) });
  if (!server.ok) {
    void close();
    return server;
  }
  own.defer(() => server.value.close());
  const begin = () => core.start().then(teamSide.start);
  log.info('the hub listens', { url: server.value.url, pid: process.pid, build });
  return ok({
    server: server.value,
    core,
    bus,
    terminals,
    machineTried: telemetry ? startTelemetry(telemetry, ground, core, env).then(begin) : begin(),
    makeDemoIfFirst: () => makeDemoIfFirst(ground),
    close,
  });
}

function makeDemoIfFirst({ groups, settings, paths, log }: Ground): void {
  if (groups.existed || groups.current.groups.length > 0) return;
  const sandboxEnabled = settings.value('sandbox_new_projects');
  import('./first-run/index.ts')
    .then(({ createDemo }) => createDemo({ groups, dataDir: paths.dataDir, sandboxEnabled, log }))
    .catch((error: unknown) => log.error('the demo projects could not be made', { error }));
}
