import type { FromMachine, LinkCommand, MachineCommand, SessionId } from '@agor/protocol';
import type { Continuity } from '@agor/providers';
import { delay } from '@agor/runtime';
import { RunnerSupervisor, type StartOrder } from '../supervisor/index.ts';
import type { CommandFailure } from './failure.ts';
import { Lane } from './lane.ts';
import { CLOSE_MS, DISK_RETRY_MS, MAX_QUEUED_COMMANDS } from './limits.ts';
import { queryLine } from './query-line.ts';
import type { SessionRunner } from './session-runner.ts';
import { type StartDeps, type StartRequest, type StartResult, startRunner } from './start-runner.ts';

export interface SidecarDeps extends Omit<StartDeps, 'supervisor'> {
  /** Commands wait for it: what is left of a machine before us must be gone first. */
  readonly reconciled: Promise<void>;
  /** From 0 to 1: spreads the tries of runners that crashed together. */
  readonly random: () => number;
  /** How a crashed agent of this provider gets at its conversation again. */
  readonly continuity: (order: StartOrder) => Continuity;
}

type LiveRunners = Extract<FromMachine, { t: 'welcome' }>['runners'];
type Started = Extract<MachineCommand, { kind: 'query' | 'open' }>;

/**
 * The runners of this machine, one per session. Carries out commands that the ledger has accepted: one session's in order, those of different
 * sessions independently. What cannot be done is journaled as `commandFailed`; a command for a runner that is gone is done by doing nothing.
 */
export class SidecarManager {
  readonly #deps: SidecarDeps & { readonly supervisor: RunnerSupervisor };
  readonly #lanes = new Map<SessionId, Lane>();
  readonly #runners = new Map<SessionId, SessionRunner>();
  #queued = 0;
  #closing = false;

  constructor(deps: SidecarDeps) {
    const { clock, log, random, journal } = deps;
    const supervisor = new RunnerSupervisor({
      clock,
      log,
      random,
      tell: (event) => journal.append([{ sessionId: event.sessionId, event }]),
      hangs: (sessionId, reason) => void this.#runners.get(sessionId)?.end({ expected: false, reason }),
      due: (sessionId) => void this.#inLane(sessionId, () => this.#restart(sessionId)),
    });
    this.#deps = { ...deps, supervisor };
  }

  /** False when so much is queued that nothing more should be accepted now. */
  get hasRoom(): boolean {
    return !this.#closing && this.#queued < MAX_QUEUED_COMMANDS;
  }

  /** Runners whose end is not in the journal yet: also what a machine before us left, until that is ended. */
  live(): LiveRunners {
    const all = new Map(this.#deps.records.list().map(({ sessionId, process }) => [sessionId, process]));
    for (const [sessionId, { process }] of this.#runners) all.set(sessionId, process.ref);
    return [...all].map(([sessionId, { pid, startTime }]) => ({ sessionId, process: { pid, startTime } }));
  }

  /** The folders in which runners were started. */
  folders(): string[] {
    return [...this.#runners.values()].map(({ cwd }) => cwd);
  }

  /** Sessions whose runner crashed and is being started again. */
  restarting(): SessionId[] {
    return this.#deps.supervisor.restarting();
  }

  /** Carries a command out, after those of its session that came before. Never rejects. */
  async execute(command: LinkCommand): Promise<void> {
    const { sessionId, kind } = command.command;
    this.#queued++;
    // A start that hangs must not keep the person's stop waiting.
    if (kind === 'stop') {
      this.#runners.get(sessionId)?.cancelStart();
      this.#deps.worktrees.cancel(sessionId);
    }
    await this.#inLane(sessionId, () => this.#run(command));
    this.#queued--;
  }

  /**
   * Ends all runners with their trees. Where there is no room for their last output (journal or disk full), it is given up after CLOSE_MS;
   * where not even their end can be written, the next start does that.
   */
  async close(reason: string): Promise<void> {
    this.#closing = true;
    const { clock, supervisor } = this.#deps;
    supervisor.close();
    const all = [...this.#runners.values()];
    const ended = Promise.all(all.map((runner) => runner.end({ expected: true, reason }))).then(() => true);
    if (await Promise.race([ended, delay(clock, CLOSE_MS).then(() => false)])) return;
    for (const runner of all) runner.abandonOutput();
    await Promise.race([ended, delay(clock, CLOSE_MS)]);
  }

  async #run({ id, command }: LinkCommand): Promise<void> {
    const { log } = this.#deps;
    try {
      const failure = await this.#carryOut(id, command);
      if (failure && isWarm(command)) {
        // The prompt that it was meant for fails in the same way, and tells.
        log.info('an agent could not be started ahead', { sessionId: command.sessionId, failure: failure.message });
        this.#settleDone(id);
      } else if (failure) this.#fail(id, command, failure);
      else if (command.kind !== 'query') this.#settleDone(id);
    } catch (error) {
      log.error('a command failed', { id, kind: command.kind, error });
      this.#fail(id, command, { message: (error as Error).message, class: 'unknown' });
    }
  }

  async #carryOut(id: LinkCommand['id'], command: MachineCommand): Promise<CommandFailure | null> {
    const { sessionId } = command;
    const runner = this.#runners.get(sessionId);
    switch (command.kind) {
      case 'query':
      case 'open':
        return this.#start(id, command);
      case 'stop':
        this.#deps.supervisor.stopped(sessionId);
        await runner?.end({ expected: true, reason: command.reason });
        return null;
      case 'interrupt':
        if (runner) await this.#lossy(runner, runner.interrupt());
        return null;
      case 'stopSubagent': {
        const { toolUseId } = command;
        if (runner) await this.#lossy(runner, runner.write({ type: 'stopSubagent', sessionId, toolUseId }));
        return null;
      }
      case 'answer': {
        const { askId, answer } = command;
        if (runner) await this.#lossy(runner, runner.write({ type: 'answer', sessionId, askId, answer }));
        return null;
      }
      case 'set': {
        const { kind: _, ...line } = command;
        this.#deps.supervisor.set(command);
        if (runner) await this.#lossy(runner, runner.write({ type: 'set', ...line }));
        return null;
      }
    }
  }

  async #start(id: LinkCommand['id'], command: Started): Promise<CommandFailure | null> {
    const { sessionId } = command;
    await this.#gone(sessionId);
    this.#deps.supervisor.ordered(sessionId, command, this.#runners.has(sessionId));
    const started = await this.#runnerFor({ ...command, background: isWarm(command) });
    if (!started.ok) {
      if (!this.#runners.has(sessionId)) this.#deps.supervisor.stopped(sessionId);
      return started.error;
    }
    const { runner, options } = started.value;
    if (command.kind === 'open') {
      await this.#lossy(runner, runner.write({ type: 'open', sessionId, options }));
      return null;
    }
    const line = queryLine(command, options, this.#deps.blobs);
    if (!line.ok) return line.error;
    await this.#durably(() => this.#deps.ledger.recordWritten(id));
    // From here on its fate is the runner's: confirmed by the agent, or in doubt when the runner ends.
    await this.#lossy(runner, runner.write(line.value));
    return null;
  }

  /** A try of the supervisor's, after a crash. */
  async #restart(sessionId: SessionId): Promise<void> {
    const { supervisor, log, continuity } = this.#deps;
    await this.#gone(sessionId);
    const order = supervisor.beginTry(sessionId);
    if (!order) return;
    try {
      const started = await this.#runnerFor({ ...order, sessionId, background: true });
      if (!started.ok) return supervisor.tryFailed(sessionId, started.error);
      const { runner, options } = started.value;
      const how = continuity(order);
      // Its agent starts with the next prompt, which brings the history.
      if (how === 'history') return supervisor.opened(sessionId);
      const resumed = how === 'resumes' ? options : { ...options, resumeSessionId: undefined, forkSession: false };
      await this.#lossy(runner, runner.write({ type: 'open', sessionId, options: resumed }));
    } catch (error) {
      log.error('a crashed runner could not be started again', { sessionId, error });
      supervisor.tryFailed(sessionId, { message: (error as Error).message, class: 'unknown' });
    }
  }

  /** Waits until a runner that is ending, or has ended, is gone altogether. */
  async #gone(sessionId: SessionId): Promise<void> {
    const current = this.#runners.get(sessionId);
    if (current?.isEnding === true || current?.hasExited === true) await current.ended;
  }

  /** The session's live runner, or a new one. */
  async #runnerFor(request: StartRequest): Promise<StartResult> {
    const { sessionId } = request;
    return startRunner(this.#deps, request, this.#runners.get(sessionId), (runner) => {
      this.#runners.set(sessionId, runner);
      void runner.ended.then(() => {
        if (this.#runners.get(sessionId) === runner) this.#runners.delete(sessionId);
        if (this.#lanes.get(sessionId)?.length === 0) this.#lanes.delete(sessionId);
      });
    });
  }

  /** The runner may be gone: its end is journaled in any case and says the rest. One that does not read is ended. */
  async #lossy(runner: SessionRunner, write: Promise<void>): Promise<void> {
    await write.catch((error: Error) => {
      this.#deps.log.warn('a runner did not take a line', { error });
      if (!runner.hasExited) void runner.end({ expected: false, reason: error.message });
    });
  }

  /** On a full disk: again until it can be, for without the record nothing may happen. */
  async #durably(record: () => void): Promise<void> {
    for (;;) {
      try {
        record();
        return;
      } catch (error) {
        if (this.#closing) throw error;
        this.#deps.log.error('the ledger cannot be written; trying again', { error });
        await delay(this.#deps.clock, DISK_RETRY_MS);
      }
    }
  }

  #fail(id: LinkCommand['id'], command: MachineCommand, failure: CommandFailure): void {
    const { sessionId, kind } = command;
    this.#deps.journal.append([
      {
        sessionId,
        event: {
          kind: 'commandFailed',
          sessionId,
          commandId: id,
          command: kind,
          ...(kind === 'query' ? { promptId: command.promptId } : {}),
          ...(kind === 'answer' ? { askId: command.askId } : {}),
          ...failure,
        },
        alongside: () => this.#deps.ledger.settle(id, 'done'),
      },
    ]);
  }

  /** Where that cannot be written, the next start settles it by doing nothing, for its runner is gone then. */
  #settleDone(id: LinkCommand['id']): void {
    try {
      this.#deps.ledger.settle(id, 'done');
    } catch (error) {
      this.#deps.log.warn('a command that was done could not be settled', { id, error });
    }
  }

  /** Runs `task` after what was asked of this session before. */
  async #inLane(sessionId: SessionId, task: () => Promise<void>): Promise<void> {
    const lane = this.#laneOf(sessionId);
    await lane.add(async () => {
      await this.#deps.reconciled;
      if (!this.#closing) await task();
    });
    if (lane.length === 0 && !this.#runners.has(sessionId)) this.#lanes.delete(sessionId);
  }

  #laneOf(sessionId: SessionId): Lane {
    let lane = this.#lanes.get(sessionId);
    if (!lane) {
      lane = new Lane();
      this.#lanes.set(sessionId, lane);
    }
    return lane;
  }
}

function isWarm(command: MachineCommand): boolean {
  return command.kind === 'open' && command.warm === true;
}
