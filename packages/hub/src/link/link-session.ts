import type { Delta, FromMachine, JournalEntry, OpenBlock, SessionId } from '@agor/protocol';
import type { Clock, Logger } from '@agor/runtime';
import { isRestarting, OpenBlocks } from '@agor/session';
import { type Dispatcher, Intake } from '../agents/index.ts';
import type { EventLog, LiveSessions } from '../log/index.ts';
import type { Outbox } from '../outbox/index.ts';
import type { Connection } from './connection.ts';

export interface LinkSessionOptions {
  readonly log: EventLog;
  readonly live: LiveSessions;
  readonly dispatcher: Dispatcher;
  readonly outbox: Outbox;
  readonly clock: Clock;
  readonly logger: Logger;
  /** A commit failed; the connection is given up and the machine will send again. */
  readonly failed: (error: unknown) => void;
  readonly committed: () => void;
}

/**
 * What one connection brings: first the journal up to the entry that the welcome named (the backlog), then the machine's
 * open blocks and runners are compared with the log, then everything as it happens.
 */
export class LinkSession {
  readonly #intake: Intake;
  readonly #welcome;
  /** Open blocks of the welcome and the deltas since; null once they are the hub's own. */
  #heldBlocks: Map<SessionId, OpenBlocks> | null;
  readonly #otherJournal: boolean;

  constructor(
    private readonly connection: Connection,
    private readonly options: LinkSessionOptions,
  ) {
    this.#welcome = connection.welcome;
    const { machineId, journal, openBlocks } = this.#welcome;
    const { dispatcher, log } = options;
    const before = dispatcher.cursors.newest();
    this.#otherJournal = before !== null && before.epoch !== journal.epoch;
    this.#heldBlocks = grouped(openBlocks);
    this.#intake = new Intake(machineId, journal.epoch, {
      clock: options.clock,
      commit: (machine, epoch, items) => dispatcher.ingest(machine, epoch, items),
      committed: (seq) => this.#committed(seq),
      failed: options.failed,
    });
    const committed = dispatcher.cursors.seq(machineId, journal.epoch);
    if (committed > journal.seq) {
      options.logger.warn('the machine lost the end of its journal; what the hub has of it stays', {
        committed,
        journal: journal.seq,
      });
      log.transaction(() => dispatcher.cursors.set(machineId, journal.epoch, journal.seq, options.clock.now()));
    }
    if (committed >= journal.seq) this.#drained();
  }

  /** All that the machine had to tell at its welcome is committed. */
  get isDrained(): boolean {
    return this.#heldBlocks === null;
  }

  events(frame: Extract<FromMachine, { t: 'events' }>): void {
    if (frame.epoch !== this.#welcome.journal.epoch) {
      this.options.failed(new Error(`entries of the journal ${frame.epoch} instead of ${this.#welcome.journal.epoch}`));
      return;
    }
    if (!this.#heldBlocks) {
      this.#intake.push(frame.entries.map((entry) => ({ entry })));
      return;
    }
    const { seq } = this.#welcome.journal;
    const [backlog, fresh] = split(frame.entries, (entry) => entry.seq <= seq);
    this.#intake.push(backlog.map((entry) => ({ entry })));
    if (fresh.length > 0 || backlog.at(-1)?.seq === seq) this.#intake.flush();
    if (fresh.length > 0 && this.connection.isOpen) this.#intake.push(fresh.map((entry) => ({ entry })));
  }

  deltas(deltas: readonly Delta[]): void {
    const held = this.#heldBlocks;
    if (!held) {
      this.#intake.push(deltas.map((delta) => ({ delta })));
      return;
    }
    for (const delta of deltas) {
      const blocks = held.get(delta.sessionId) ?? new OpenBlocks();
      held.set(delta.sessionId, blocks);
      blocks.apply(delta);
    }
  }

  close(): void {
    this.#intake.close();
  }

  #committed(seq: number): void {
    const { journal } = this.#welcome;
    this.connection.send({ t: 'ack', epoch: journal.epoch, seq });
    this.options.committed();
    if (this.#heldBlocks && seq >= journal.seq) this.#drained();
  }

  /** The log now knows all that the machine knew at its welcome: what they do not agree on is settled. */
  #drained(): void {
    const { dispatcher, live, log, outbox } = this.options;
    const running = new Set(this.#welcome.runners.map((runner) => runner.sessionId));
    const restarting = new Set(this.#welcome.restarting);
    for (const id of log.openSessions()) {
      const state = log.requireState(id);
      if (isRestarting(state) && !restarting.has(id)) dispatcher.restartLost(id);
      if (running.has(id)) continue;
      const gone = state.process !== null || state.turn !== null;
      if (gone) dispatcher.reconcile(id, 'the agent is no longer running on its machine');
      // Only when something is known to be missing: else the machine may be starting the agent right now.
      if ((gone || this.#otherJournal) && state.inFlight.length > 0 && !outbox.hasPending(id))
        dispatcher.deliveryLost(id, 'the machine lost its record of this prompt');
    }
    const blocks = [...(this.#heldBlocks?.values() ?? [])].flatMap((open) => open.list());
    this.#heldBlocks = null;
    live.resetBlocks(blocks);
  }
}

function grouped(blocks: readonly OpenBlock[]): Map<SessionId, OpenBlocks> {
  const all = new Map<SessionId, OpenBlocks>();
  for (const [sessionId, own] of Map.groupBy(blocks, (block) => block.sessionId)) {
    const open = new OpenBlocks();
    open.reset(own);
    all.set(sessionId, open);
  }
  return all;
}

function split(
  entries: readonly JournalEntry[],
  first: (entry: JournalEntry) => boolean,
): [readonly JournalEntry[], readonly JournalEntry[]] {
  const at = entries.findIndex((entry) => !first(entry));
  return at < 0 ? [entries, []] : [entries.slice(0, at), entries.slice(at)];
}
