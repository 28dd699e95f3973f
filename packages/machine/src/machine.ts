import { MachineId, ProviderId } from '@agor/protocol';
import { continuityOf, providers } from '@agor/providers';
import {
  type AgorPaths,
  type Clock,
  endTree,
  type Logger,
  machineSecret,
  readOrCreate,
  SecretRedactor,
  systemClock,
} from '@agor/runtime';
import { z } from 'zod';
import { AgentSocket, SessionTokens, TeamCalls } from './agent-socket/index.ts';
import { BlobStore } from './blobs/index.ts';
import { isCheck, registerCheckRequests } from './checks/index.ts';
import { CommandLedger } from './commands/index.ts';
import {
  EnvironmentSource,
  instanceMark,
  MARK_VARIABLE,
  settingsFor,
  type TeamTools,
  vendorPrefixes,
} from './environment/index.ts';
import { registerFileRequests } from './files/index.ts';
import { Journal, type JournalLimits } from './journal/index.ts';
import { registerKnowledgeRequests } from './knowledge/index.ts';
import { LinkServer } from './link/index.ts';
import { registerProviderRequests, vendorCommand } from './providers/index.ts';
import { reconcile } from './reconcile/index.ts';
import { Requests } from './requests/index.ts';
import { plantedNotice, registerSandboxRequests, Sandboxes } from './sandbox/index.ts';
import { registerServiceRequests } from './services/index.ts';
import { OpenText, RunnerRecords, SidecarManager, type StartDeps } from './sidecar/index.ts';
import { BoundSockets } from './sockets/index.ts';
import { openStore } from './store/index.ts';
import { PtyHostSupervisor } from './supervisor/index.ts';
import { registerTerminalRequests } from './terminals/index.ts';
import { registerTestRequests } from './test-runs/index.ts';
import { FileWatches, registerWatchRequests } from './watch/index.ts';
import { registerWorktreeRequests, Worktrees } from './worktrees/index.ts';

export interface MachineOptions {
  readonly paths: AgorPaths;
  readonly log: Logger;
  readonly build: string;
  readonly runnerCommand: StartDeps['runnerCommand'];
  readonly ptyHostCommand: () => readonly string[];
  /** The commands and tools by which agents write to each other. */
  readonly team: TeamTools;
  /** The sockets were bound anew, in this runtime folder: whoever seeks the machine has to be told. */
  readonly onMoved: (runtimeDir: string) => void;
  /** Is told the secrets, and keeps them out of what agents say. The log has the same. */
  readonly redactor?: SecretRedactor;
  readonly clock?: Clock;
  readonly limits?: JournalLimits;
}

export interface Machine {
  readonly requests: Requests;
  /** Resolves when somebody asked for the machine's end, or `close` was called, and it is over. */
  readonly closed: Promise<void>;
  /** Ends all runners and terminals with their trees, then the journal. */
  close(reason: string): Promise<void>;
}

/** Puts the machine together and opens its sockets. The caller holds the machine lock. Throws when it cannot run; nothing is left open then. */
export function startMachine(options: MachineOptions): Machine {
  const { paths, log, build, clock = systemClock, limits } = options;
  const mark = instanceMark(paths);
  const store = openStore(paths.journalDb);
  const journal = new Journal({ db: store.journal, clock, log, ...(limits ? { limits } : {}) });
  const ledger = new CommandLedger(store, clock);
  const records = new RunnerRecords(store);
  const openText = new OpenText();
  const { redactor = new SecretRedactor() } = options;
  const environment = new EnvironmentSource(vendorPrefixes(providers), redactor);
  const tokens = new SessionTokens();
  const teamCalls = new TeamCalls(journal, clock, redactor);
  const blobs = new BlobStore(paths.blobsDir);
  const requests = new Requests(clock);
  const fileWatches = new FileWatches(clock);
  const common = { journal, ledger, records, openText, redactor, clock, log };
  const sandboxes = new Sandboxes({
    paths,
    log,
    clock,
    providers,
    agentSocket: () => sockets.paths.agentSocket,
    bin: options.team.bin,
  });
  const worktrees: Worktrees = new Worktrees({
    worktreesDir: paths.worktreesDir,
    mark,
    clock,
    log,
    runnerFolders: () => sidecars.folders(),
  });
  const reconciled = reconcile({ ...common, mark }).then(async () => {
    for (const { sessionId, planted } of await sandboxes.reconcile())
      if (isCheck(sessionId)) log.warn('a check left something behind', { planted });
      else journal.append(planted.map((one) => ({ sessionId, event: plantedNotice(sessionId, one) })));
    await worktrees.reconcile();
  });
  const secret = machineSecret(paths.machineSecretFile);
  const ptyHost = new PtyHostSupervisor({
    command: options.ptyHostCommand,
    socketPath: paths.ptySocket,
    // The hub knows its place from our welcome: it has to be greeted again.
    onMoved: () => sockets.rebind(),
    secret,
    env: ownEnvironment(),
    logFile: paths.machineLog,
    mark,
    clock,
    log,
  });
  // Not before the terminals of a machine before us are gone: reconciling ends whatever carries our mark.
  void reconciled.then(() => ptyHost.start());
  const sidecars = new SidecarManager({
    ...common,
    blobs,
    environment,
    redactor,
    tokens,
    team: options.team,
    agentSocket: () => sockets.paths.agentSocket,
    sandboxes,
    worktrees,
    mark,
    reconciled,
    random: Math.random,
    continuity: ({ provider, projectId }) =>
      continuityOf(settingsFor(environment.current, provider, projectId).definition),
    runnerCommand: options.runnerCommand,
    vendorCommand: async (provider, decided, env) => vendorCommand(provider, decided, env, paths.providersDir),
  });

  const machineId = MachineId.parse(readOrCreate(`${paths.machineDir}/id`, () => crypto.randomUUID()));
  const ptySocket = () => (ptyHost.isExpected ? ptyHost.socketPath : null);
  const sockets = new BoundSockets({
    paths,
    files: ({ controlSocket, agentSocket }) => [controlSocket, agentSocket],
    listen: ({ controlSocket, agentSocket }) => {
      using opened = new DisposableStack();
      opened.use(new AgentSocket(agentSocket, tokens, teamCalls));
      const own = { machineId, secret, build, ptySocket, sidecars, environment, requests, teamCalls, fileWatches };
      opened.use(new LinkServer(controlSocket, { ...common, ...own }));
      return opened.move();
    },
    onRebound: ({ runtimeDir }) => options.onMoved(runtimeDir),
    clock,
    log,
  });

  const { promise: closed, resolve } = Promise.withResolvers<void>();
  let closing = false;
  const close = async (reason: string): Promise<void> => {
    if (closing) return closed;
    closing = true;
    log.info('the machine ends', { reason });
    await reconciled;
    await worktrees.close(); // first: a start that waits for it fails, and that is journaled
    await Promise.all([sidecars.close(reason), ptyHost.close()]);
    await endTree({ mark: { name: MARK_VARIABLE, value: mark }, clock });
    journal.close();
    sockets[Symbol.dispose]();
    fileWatches[Symbol.dispose]();
    store.close();
    resolve();
  };
  registerCheckRequests(requests, { environment, sandboxes, mark, clock });
  registerFileRequests(requests);
  registerKnowledgeRequests(requests, { environment, clock });
  registerProviderRequests(requests, { environment, providersDir: paths.providersDir });
  registerSandboxRequests(requests, { sandboxes, environment });
  registerServiceRequests(requests, { environment, providersDir: paths.providersDir });
  registerTerminalRequests(requests);
  registerTestRequests(requests, { environment, mark, clock });
  registerWatchRequests(requests, fileWatches, clock);
  registerWorktreeRequests(requests, worktrees);
  registerOwn(requests, { close, sidecars, journal, build, ptyHost, environment, log });
  return { requests, closed, close };
}

interface OwnMethods {
  readonly close: (reason: string) => Promise<void>;
  readonly sidecars: SidecarManager;
  readonly journal: Journal;
  readonly build: string;
  readonly ptyHost: PtyHostSupervisor;
  readonly environment: EnvironmentSource;
  readonly log: Logger;
}

function registerOwn(requests: Requests, methods: OwnMethods): void {
  const { close, sidecars, journal, build, ptyHost, environment, log } = methods;
  /** Null when that cannot be told now: whoever would end this machine must then take it that there are some. */
  const terminals = () =>
    ptyHost.terminals().catch((error: unknown) => {
      log.warn('the pty host did not tell its terminals', { error });
      return null;
    });
  // The hub asks it when it has heard nothing for a while: as cheap as can be.
  requests.register('ping', { params: z.object({}).default({}), handle: () => ({}) });
  requests.register('status', {
    params: z.object({}).default({}),
    handle: async () => ({
      build,
      pid: process.pid,
      uptimeMs: Math.round(process.uptime() * 1000),
      rssBytes: process.memoryUsage.rss(),
      runners: sidecars.live(),
      ptys: await terminals(),
      ptyHost: { process: ptyHost.process, ready: ptyHost.isReady },
      journal: { ...journal.cursor, bytes: journal.usedBytes },
    }),
  });
  requests.register('environment.explain', {
    params: z.object({ provider: ProviderId }),
    handle: ({ provider }) => environment.explain(provider),
  });
  requests.register('shutdown', {
    params: z.object({}).default({}),
    // Answered before it is over: the answer could not be sent afterwards. The hub sees the end of the socket and of the process.
    handle: () => {
      setImmediate(() => void close('shutdown'));
      return {};
    },
  });
}

/** What our own programs get of our environment; agents get nothing of it. */
function ownEnvironment(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
