import type {
  FileChanges,
  FileWatchProblem,
  FromMachine,
  MachineEnvironment,
  MachineState,
  SessionId,
  TeamAnswer,
  TeamCall,
} from '@agor/protocol';
import { type AgorPaths, type Clock, type Logger, machineSecret } from '@agor/runtime';
import type { HubDatabase } from '../database/index.ts';
import type { HubBus } from '../events/index.ts';
import { Failure, unreachable } from '../failure.ts';
import type { Outbox } from '../outbox/index.ts';
import type { Problems } from '../problems/index.ts';
import { type Connection, connect, type NoConnection } from './connection.ts';
import { controlSocketOf } from './control-socket.ts';
import { endMachine } from './end-machine.ts';
import { Environments, type ProviderDecisions } from './environments.ts';
import { findMachine } from './find-machine.ts';
import { Heartbeat } from './heartbeat.ts';
import { lastWords } from './last-words.ts';
import { type Launched, launchMachine } from './launch.ts';
import { LinkSession, type LinkSessionOptions } from './link-session.ts';
import { MachineStatus } from './machine-status.ts';
import { OutboxSender } from './outbox-sender.ts';
import { Pause } from './pause.ts';
import { Replacement } from './replacement.ts';
import { type RequestOptions, Requests } from './requests.ts';
import { type Link, takeFrame } from './take-frame.ts';

export interface LocalMachineOptions extends Omit<LinkSessionOptions, 'failed' | 'committed'> {
  readonly paths: AgorPaths;
  readonly bus: HubBus;
  readonly db: HubDatabase;
  readonly outbox: Outbox;
  readonly problems: Problems;
  readonly build: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly providerDecisions: () => ProviderDecisions;
  readonly teamCall: (sessionId: SessionId, call: TeamCall) => TeamAnswer;
  /** The person's login-shell environment; asked for once. */
  readonly loginEnvironment: () => Promise<Record<string, string>>;
  /** Starts a machine program; tests give their own. */
  readonly launch?: () => Launched;
}

/** Waiting times between attempts: after a loss, and after a machine that could not be started. */
const LOST_MAX_MS = 1_000;
const FAILED_MAX_MS = 30_000;
/** How long the machine may take to tell what runs on it. */
const STATUS_MS = 5_000;

/**
 * The machine on this computer: found or started, connected, and connected again whenever it is lost. What it says goes to
 * the dispatcher; what the outbox holds goes to it.
 */
export class LocalMachine {
  readonly #status: MachineStatus;
  #link: Link | null = null;
  #closed = false;
  #loop: Promise<void> | null = null;
  readonly #pause: Pause;
  readonly #requests: Requests;
  readonly #environments: Environments;
  readonly #replacement: Replacement;

  constructor(private readonly options: LocalMachineOptions) {
    const { clock } = options;
    this.#pause = new Pause(clock);
    this.#requests = new Requests(clock);
    this.#environments = new Environments(options.providerDecisions);
    this.#status = new MachineStatus(options.bus, clock);
    this.#replacement = new Replacement({
      clock,
      logger: options.logger,
      log: options.log,
      status: () => this.request('status', {}, { timeoutMs: STATUS_MS }),
      end: () => this.#endMachine(),
      release: () => this.#sendOutbox(),
    });
    options.outbox.onAdded(() => this.#sendOutbox());
  }

  get state(): MachineState {
    return this.#status.current;
  }

  get isUp(): boolean {
    return this.#link !== null;
  }

  /** It is connected, and all that it had to tell then is in the log. */
  get hasToldAll(): boolean {
    return this.#link?.session.isDrained ?? false;
  }

  get isCatchingUp(): boolean {
    return this.isUp && !this.hasToldAll;
  }

  get ptySocket(): string | null {
    return this.#link?.connection.welcome.ptySocket ?? null;
  }

  /** Null until the login shell has answered. */
  get environment(): MachineEnvironment | null {
    return this.#environments.current;
  }

  secret(): string {
    return machineSecret(this.options.paths.machineSecretFile);
  }

  /** Resolves once the machine is connected, or could not be. */
  start(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    void this.options.loginEnvironment().then((environment) => {
      this.#environments.setLogin(environment);
      this.refreshEnvironment();
      this.#sendOutbox();
      this.options.bus.emit('environment', 'known');
    });
    this.#loop = this.#run(resolve);
    return promise;
  }

  request(method: string, params: unknown, options?: RequestOptions): Promise<unknown> {
    const link = this.#link;
    if (!link) return Promise.reject(unreachable(this.#status.current.message ?? 'The machine does not answer now.'));
    return this.#requests.send((frame) => link.connection.send(frame), method, params, options);
  }

  refreshEnvironment(): void {
    const { environment } = this;
    if (environment) this.#link?.connection.send({ t: 'environment', environment });
  }

  /** Variables of the caller for one session's agent. Kept in memory only; the machine keeps what providers may have. */
  setSessionEnvironment(sessionId: SessionId, env: Record<string, string>): void {
    this.#environments.setSession(sessionId, env);
    this.#link?.connection.send({ t: 'sessionEnvironment', sessionId, env });
  }

  /** Tries again now. */
  retry(): void {
    this.#pause.wakeUp();
  }

  /** Ends the machine with all that runs on it; resolves when it is gone. A new one is started right after. */
  async restart(): Promise<void> {
    await this.#replacement.now();
    this.#pause.wakeUp();
  }

  async shutdown(): Promise<void> {
    this.#closed = true;
    try {
      await this.#endMachine();
    } finally {
      await this.close();
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#pause.wakeUp();
    this.#link?.connection.close();
    this.#dropLink();
    this.#requests.failAll();
    await this.#loop;
  }

  async #run(firstDecided: () => void): Promise<void> {
    let failures = 0;
    let losses = 0;
    while (!this.#closed) {
      const problem = await this.#connect().catch((error: unknown) => this.#unable(error));
      if (this.#closed) break;
      if (problem === null) {
        failures = 0;
        firstDecided();
        const since = this.options.clock.monotonic();
        const reason = (await this.#link?.closed) ?? 'the connection was closed';
        this.#dropLink();
        if (this.#closed) break;
        this.#status.set('lost', { message: `The connection to the machine was lost: ${reason}` });
        // A connection that held is followed by an attempt at once; one that breaks again and again waits longer.
        losses = this.options.clock.monotonic() - since > 10_000 ? 0 : losses + 1;
        if (losses > 1) await this.#pause.wait(Math.min(25 * 2 ** losses, LOST_MAX_MS));
      } else {
        failures++;
        this.options.logger.error('the machine could not be reached', { problem });
        this.#status.set('failed', {
          message: `${problem.replace(/[.]+$/, '.')} Its log: ${this.options.paths.machineLog}`,
        });
        firstDecided();
        await this.#pause.wait(Math.min(500 * 2 ** failures, FAILED_MAX_MS));
      }
    }
    firstDecided();
  }

  /** Not the machine's fault: our own secret or database cannot be read just now. That may pass, so it is tried again. */
  #unable(error: unknown): string {
    this.options.logger.error('the machine could not be looked for', { error });
    this.#link?.connection.close();
    this.#dropLink();
    return `The machine could not be looked for: ${(error as Error).message}.`;
  }

  #connect(): Promise<string | null> {
    const { paths, clock, launch } = this.options;
    return findMachine({
      clock,
      attempt: () => this.#attempt(),
      launch: () => {
        if (this.#status.current.state !== 'lost') this.#status.set('starting', { message: null });
        return (launch ?? (() => launchMachine(paths)))();
      },
      lastWords: () => lastWords(paths.machineLog),
      isClosed: () => this.#closed,
    });
  }

  async #attempt(): Promise<NoConnection | null> {
    const { clock, dispatcher, build, logger } = this.options;
    const closing = Promise.withResolvers<string>();
    const result = await connect(
      {
        socketPath: controlSocketOf(this.options.paths),
        clock,
        hello: {
          secret: this.secret(),
          build,
          environment: this.#environments.preliminary,
          acknowledged: dispatcher.cursors.newest(),
        },
      },
      (connection) => {
        const session = new LinkSession(connection, {
          ...this.options,
          failed: (error) => this.#commitFailed(connection, error, closing.resolve),
          committed: () => this.options.problems.clear('commit-failed'),
        });
        const sender = new OutboxSender(connection, this.options.outbox, this.options.db, clock, logger);
        const heartbeat = this.#heartbeat(connection, closing.resolve);
        this.#link = { connection, session, sender, heartbeat, closed: closing.promise };
        return { frame: (frame) => this.#frame(frame), closed: closing.resolve };
      },
    );
    if (!result.ok) return result.error;
    if (this.#closed) {
      result.value.close();
      return null;
    }
    await this.#welcomed(result.value);
    return null;
  }

  #heartbeat(connection: Connection, closed: (reason: string) => void): Heartbeat {
    return new Heartbeat({
      clock: this.options.clock,
      ask: (timeoutMs) => this.#requests.send((frame) => connection.send(frame), 'ping', {}, { timeoutMs }),
      silent: (reason) => {
        this.options.logger.warn('the link is given up', { reason });
        connection.abandon();
        closed(reason);
      },
    });
  }

  async #welcomed(connection: Connection): Promise<void> {
    const { welcome } = connection;
    const outdated = welcome.build !== this.options.build;
    if (outdated && (await this.#replacement.begin())) return;
    this.#status.set(outdated ? 'outdated' : 'connected', {
      pid: welcome.pid,
      build: welcome.build,
      message: outdated
        ? 'The machine is of another build. It is replaced as soon as no agent and no terminal runs on it.'
        : null,
    });
    const environments = this.#environments.frames();
    if (environments.length > 0) connection.send(...environments);
    this.#sendOutbox();
  }

  #frame(frame: FromMachine): void {
    const { logger, teamCall, bus } = this.options;
    const files = (told: FileChanges | FileWatchProblem) => bus.emit('files', told);
    if (this.#link) takeFrame(frame, this.#link, { requests: this.#requests, logger, files, teamCall });
  }

  /** Commands wait for the login shell: an agent must not start with half an environment. */
  #sendOutbox(): void {
    if (this.environment === null || this.#status.current.state === 'starting' || this.#replacement.holds) return;
    this.#link?.sender.send();
  }

  /** The disk is full or worse. Nothing is acknowledged; the machine keeps it and sends it again on the next connection. */
  #commitFailed(connection: Connection, error: unknown, closed: (reason: string) => void): void {
    this.options.logger.error('what the machine sent could not be saved', { error });
    const message = error instanceof Failure ? error.message : `What agents do could not be saved: ${String(error)}`;
    this.options.problems.raise('commit-failed', message);
    connection.close();
    closed(message);
  }

  #dropLink(): void {
    this.#replacement.stop();
    this.#link?.session.close();
    this.#link?.sender.close();
    this.#link?.heartbeat[Symbol.dispose]();
    this.#link = null;
    this.#requests.failAll();
  }

  #endMachine(): Promise<void> {
    const { paths, clock } = this.options;
    return endMachine({ paths, clock, link: this.#link, shutdown: () => this.request('shutdown', {}) });
  }
}
