import type { FromRunner, ProviderId, RunAnchors, SessionId, ToRunner } from '@agor/protocol';
import { type Clock, delay, endTree, type Logger, type SecretRedactor } from '@agor/runtime';
import type { BlobStore } from '../blobs/index.ts';
import type { CommandLedger } from '../commands/index.ts';
import { SESSION_VARIABLE } from '../environment/index.ts';
import type { Journal } from '../journal/index.ts';
import { type Confinement, plantedNotice } from '../sandbox/index.ts';
import type { RunnerExit, RunnerSupervisor } from '../supervisor/index.ts';
import { exitWrites } from './exit-writes.ts';
import { DRAIN_MS, INTERRUPT_MS, READY_MS, STOP_MS } from './limits.ts';
import { LineWriter } from './line-writer.ts';
import type { OpenText } from './open-text.ts';
import { Pinger } from './pinger.ts';
import { RunnerProcess } from './process.ts';
import type { RunnerRecords } from './records.ts';
import { RunnerOutput } from './runner-output.ts';

export interface RunnerDeps {
  readonly journal: Journal;
  readonly ledger: CommandLedger;
  readonly records: RunnerRecords;
  readonly openText: OpenText;
  readonly blobs: BlobStore;
  readonly supervisor: RunnerSupervisor;
  /** Keeps secrets out of what the runner says. */
  readonly redactor: SecretRedactor;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface RunnerStart {
  readonly sessionId: SessionId;
  readonly provider: ProviderId;
  readonly command: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** Started without a person's prompt or restart. */
  readonly background?: boolean;
  /** `RunOptions.anchors` of its agent. */
  readonly anchors?: RunAnchors | undefined;
  /** Its command and environment are those above already. */
  readonly confinement?: Confinement;
}

/** Why a runner is being ended. */
export interface Ending {
  /** Wanted, as opposed to a failure that we put an end to. */
  readonly expected: boolean;
  readonly reason: string;
}

/** Lines that only an agent which came up makes its runner say. */
const SIGNS_OF_LIFE: ReadonlySet<FromRunner['type']> = new Set([
  'opened',
  'agent_info',
  'agent_started',
  'agent_event',
]);

/**
 * One runner from its start to the journal's entry that it is gone. Whatever ends it, its whole process tree is ended, what it wrote is read to
 * the end, and then, in one transaction: its broken-off blocks, its prompts in doubt, its exit.
 */
export class SessionRunner {
  readonly process: RunnerProcess;
  /** True when it said `ready`; false when it ended, or was ended, before. */
  readonly ready: Promise<boolean>;
  /** Resolves when nothing of it is left and the journal knows. */
  readonly ended: Promise<void>;
  readonly #deps: RunnerDeps;
  readonly #start: RunnerStart;
  readonly #output: RunnerOutput;
  readonly #pinger: Pinger;
  readonly #setReady: (ready: boolean) => void;
  #ending: Ending | null = null;
  #isReady = false;
  #exited = false;
  #turnRuns = false;
  #isUp = false;
  #told: RunnerExit['told'] = null;
  #endedItself = false;
  #interrupt: Disposable | null = null;

  /** Starts the process. Throws when that fails. Write to it only when `ready` is true and the journal has committed. */
  constructor(deps: RunnerDeps, start: RunnerStart) {
    const { journal, records, clock } = deps;
    const { sessionId, provider, background, anchors, confinement } = start;
    this.#deps = deps;
    this.#start = start;
    this.process = new RunnerProcess({
      ...start,
      clock,
      redactor: deps.redactor,
      descriptors: confinement?.descriptors ?? [],
    });
    const { ref } = this.process;
    journal.append([
      {
        sessionId,
        event: {
          kind: 'runnerStarted',
          sessionId,
          provider,
          process: { pid: ref.pid, startTime: ref.startTime },
          ...(background ? { background } : {}),
          ...(anchors ? { anchors } : {}),
          ...(confinement ? { sandbox: confinement.status } : {}),
        },
        alongside: () => records.add({ sessionId, provider, process: ref }),
      },
    ]);
    const { promise, resolve } = Promise.withResolvers<boolean>();
    this.ready = promise;
    this.#setReady = resolve;
    const writer = new LineWriter(deps, sessionId, (message) => this.#onMessage(message));
    this.#output = new RunnerOutput(this.process.stdout, writer, () => journal.room(sessionId));
    this.#pinger = new Pinger({
      clock,
      log: deps.log,
      sessionId,
      waits: () => journal.isPaused(sessionId),
      ping: () => this.#tell({ type: 'ping' }),
    });
    const late = clock.setTimeout(() => {
      void this.end({ expected: false, reason: `the runner was not ready within ${READY_MS / 1000} s` });
    }, READY_MS);
    void this.ready.then(() => late.cancel());
    this.ended = this.#finish();
  }

  /** Our sandbox confines it. */
  get isConfined(): boolean {
    return this.#start.confinement?.confined ?? false;
  }

  /** Where it was started. */
  get cwd(): string {
    return this.#start.cwd;
  }

  get isEnding(): boolean {
    return this.#ending !== null;
  }

  /** Why it is being ended; null when nobody ended it. */
  get endReason(): string | null {
    return this.#ending?.reason ?? null;
  }

  get hasExited(): boolean {
    return this.#exited;
  }

  /** Gives a start up that still waits for `ready`; afterwards it does nothing. */
  cancelStart(): void {
    if (!this.#isReady) void this.end({ expected: true, reason: 'stopped before it was ready' });
  }

  /** Resolves when the runner's pipe took the line; rejects when the runner is gone or does not read. */
  write(line: ToRunner): Promise<void> {
    return this.process.write(line);
  }

  /** Passes the interrupt on. When the turn has not ended after INTERRUPT_MS, the runner is ended. */
  async interrupt(): Promise<void> {
    if (this.#turnRuns && this.#interrupt === null) {
      this.#interrupt = this.#deps.clock.setTimeout(() => {
        const reason = `the turn did not end within ${INTERRUPT_MS / 1000} s after an interrupt`;
        void this.end({ expected: false, reason });
      }, INTERRUPT_MS);
    }
    await this.write({ type: 'interrupt', sessionId: this.#start.sessionId });
  }

  /** Ends the runner and its tree. May be called again; the first reason counts. Resolves as `ended` does. */
  async end(ending: Ending): Promise<void> {
    if (this.#ending === null) {
      this.#ending = ending;
      this.#setReady(false);
      this.#tell({ type: 'stop', sessionId: this.#start.sessionId });
      this.process.endStdin();
      await Promise.race([this.process.exited, delay(this.#deps.clock, STOP_MS)]);
      await this.#endTree();
    }
    await this.ended;
  }

  /** What is still unread is given up: only for the end of the machine, when there is no room to keep it. */
  abandonOutput(): void {
    this.#output.cancel();
  }

  async #finish(): Promise<void> {
    const { journal, log } = this.#deps;
    const { sessionId } = this.#start;
    const exit = await this.process.exited;
    this.#exited = true;
    this.#pinger[Symbol.dispose]();
    this.#interrupt?.[Symbol.dispose]();
    const left = await this.#endTree();
    if (left > 0) log.error('processes of a session could not be ended', { sessionId, left });
    await this.#drained();
    this.#setReady(false);
    const planted = (await this.#start.confinement?.release()) ?? [];
    await journal.committed(); // only now is it known which prompts the agent confirmed
    const facts = { ...exit, expected: this.#ending?.expected ?? false, reason: this.#ending?.reason };
    const health = this.#deps.supervisor.exited(sessionId, {
      ...facts,
      wasReady: this.#isReady,
      wasUp: this.#isUp,
      told: this.#told,
      endedItself: this.#endedItself && exit.code === 0,
    });
    journal.append([
      ...health.map((event) => ({ sessionId, event })),
      ...planted.map((one) => ({ sessionId, event: plantedNotice(sessionId, one) })),
      ...exitWrites(this.#deps, { sessionId, ...facts, stderrTail: this.process.stderrTail() }),
    ]);
  }

  /** Waits for the end of stdout. A tree that is gone holds nothing open, but a process out of our reach might. */
  async #drained(): Promise<void> {
    const { clock, journal } = this.#deps;
    for (;;) {
      const before = this.#output.bytes;
      const done = await Promise.race([this.#output.done.then(() => true), delay(clock, DRAIN_MS).then(() => false)]);
      if (done) return;
      if (this.#output.bytes === before && !journal.isPaused(this.#start.sessionId)) this.#output.cancel();
    }
  }

  async #endTree(graceMs?: number): Promise<number> {
    const { ref } = this.process;
    const mark = { name: SESSION_VARIABLE, value: this.#start.sessionId };
    const report = await endTree({
      root: ref,
      mark,
      others: () => this.#start.confinement?.members() ?? [],
      clock: this.#deps.clock,
      ...(graceMs === undefined ? {} : { graceMs }),
    });
    return report.left.length;
  }

  /** A line whose loss does not matter: the runner may be gone. */
  #tell(line: ToRunner): void {
    this.write(line).catch((error: Error) => this.#deps.log.debug('a runner took no line', { error }));
  }

  #onMessage(message: FromRunner): void {
    this.#pinger.heard();
    if (message.type === 'ready') {
      this.#isReady = true;
      this.#setReady(true);
    }
    if (message.type === 'agent_started') this.#turnRuns = true;
    if (message.type === 'turn_ended' || message.type === 'agent_error' || message.type === 'agent_stopped') {
      this.#turnRuns = false;
      this.#interrupt?.[Symbol.dispose]();
      this.#interrupt = null;
    }
    if (SIGNS_OF_LIFE.has(message.type)) this.#isUp = true;
    if (message.type === 'agent_error') this.#told = { message: message.message, class: message.class };
    if (message.type === 'agent_stopped') this.#endedItself = message.exitCode === 0;
    this.#deps.supervisor.heard(this.#start.sessionId, message);
    if (message.type === 'agent_log') this.#deps.log.debug('runner', { message: message.message });
  }
}
