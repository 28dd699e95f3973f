import type { FromMachine, LinkCommand, MachineCommand, SessionId } from '@agor/protocol';
import { delay } from '@agor/runtime';
import type { CommandFailure } from './failure.ts';
import { Lane } from './lane.ts';
import { CLOSE_MS, DISK_RETRY_MS, MAX_QUEUED_COMMANDS } from './limits.ts';
import { queryLine } from './query-line.ts';
import type { RunnerDeps, SessionRunner } from './session-runner.ts';
import { type StartDeps, type StartResult, startRunner } from './start-runner.ts';

export interface SidecarDeps extends RunnerDeps, Omit<StartDeps, keyof RunnerDeps> {
  /** Commands wait for it: what is left of a machine before us must be gone first. */
  readonly reconciled: Promise<void>;
}

type LiveRunners = Extract<FromMachine, { t: 'welcome' }>['runners'];
type Started = Extract<MachineCommand, { kind: 'query' | 'open' }>;

/**
 * The runners of this machine, one per session. Carries out commands that the ledger has accepted: one session's in order, those of different
 * sessions independently. What cannot be done is journaled as `commandFailed`; a command for a runner that is gone is done by doing nothing.
 */
export class SidecarManager {
  readonly #deps: SidecarDeps;
  readonly #lanes = new Map<SessionId, Lane>();
  readonly #runners = new Map<SessionId, SessionRunner>();
  #queued = 0;
  #closing = false;

  constructor(deps: SidecarDeps) {
    this.#deps = deps;
  }

  /** False when so much is queued that nothing more should be accepted now. */
  get hasRoom(): boolean {
    return !this.#closing && this.#queued < MAX_QUEUED_COMMANDS;
  }

  live(): LiveRunners {
    return [...this.#runners].map(
      ([
        sessionId,
        {
          process: { ref },
        },
      ]) => ({
        sessionId,
        process: { pid: ref.pid, startTime: ref.startTime },
      }),
    );
  }

  /** Carries a command out, after those of its session that came before. Never rejects. */
  async execute(command: LinkCommand): Promise<void> {
    const { sessionId, kind } = command.command;
    const lane = this.#laneOf(sessionId);
    this.#queued++;
    // A start that hangs must not keep the person's stop waiting.
    if (kind === 'stop') this.#runners.get(sessionId)?.cancelStart();
    await lane.add(async () => {
      await this.#deps.reconciled;
      if (!this.#closing) await this.#run(command);
    });
    this.#queued--;
    if (lane.length === 0 && !this.#runners.has(sessionId)) this.#lanes.delete(sessionId);
  }

  /**
   * Ends all runners with their trees. Where there is no room for their last output (journal or disk full), it is given up after CLOSE_MS;
   * where not even their end can be written, the next start does that.
   */
  async close(reason: string): Promise<void> {
    this.#closing = true;
    const { clock } = this.#deps;
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
      if (failure) this.#fail(id, command, failure);
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
        await runner?.end({ expected: true, reason: command.reason });
        return null;
      case 'interrupt':
        if (runner) await this.#lossy(runner, runner.interrupt());
        return null;
      case 'answer': {
        const { askId, answer } = command;
        if (runner) await this.#lossy(runner, runner.write({ type: 'answer', sessionId, askId, answer }));
        return null;
      }
      case 'set': {
        const { kind: _, ...line } = command;
        if (runner) await this.#lossy(runner, runner.write({ type: 'set', ...line }));
        return null;
      }
    }
  }

  async #start(id: LinkCommand['id'], command: Started): Promise<CommandFailure | null> {
    const { sessionId } = command;
    const started = await this.#runnerFor(command);
    if (!started.ok) return started.error;
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

  /** The session's live runner, or a new one once the old one is gone altogether. */
  async #runnerFor(command: Started): Promise<StartResult> {
    const { sessionId } = command;
    const current = this.#runners.get(sessionId);
    if (current?.isEnding === true || current?.hasExited === true) await current.ended;
    return startRunner(this.#deps, command, this.#runners.get(sessionId), (runner) => {
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

  #laneOf(sessionId: SessionId): Lane {
    let lane = this.#lanes.get(sessionId);
    if (!lane) {
      lane = new Lane();
      this.#lanes.set(sessionId, lane);
    }
    return lane;
  }
}
