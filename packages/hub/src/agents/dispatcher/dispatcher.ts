import {
  type AskId,
  type Delta,
  type JournalEntry,
  type MachineId,
  ProviderId,
  type SessionId,
  type SessionState,
  type TeamAnswer,
  type TeamCall,
} from '@agor/protocol';
import { type Adapter, continuityOf, findProvider } from '@agor/providers';
import type { Clock, Logger } from '@agor/runtime';
import type { AgentContext } from '../../agent-context/index.ts';
import type { HubDatabase } from '../../database/index.ts';
import { resumeAfterLimit } from '../limits.ts';
import { sendAfterStop, sendNext } from '../send-next.ts';
import { MachineCursors } from './cursors.ts';
import { type Derived, derive } from './derive.ts';
import { AdapterMemories } from './memories.ts';

export interface DispatcherOptions {
  readonly ctx: AgentContext;
  readonly db: HubDatabase;
  readonly clock: Clock;
  readonly logger: Logger;
  /** An unknown provider's events are kept raw by the adapter that this returns. */
  readonly adapterFor: (provider: ProviderId) => Adapter;
  readonly teamCall: (sessionId: SessionId, call: TeamCall) => TeamAnswer;
  /** Takes an answer that no runner took on the way of answers to lapsed asks. */
  readonly redoAnswer: (sessionId: SessionId, askId: AskId) => void;
}

const MACHINE_GONE =
  'The agent had crashed and was to be started again, but the machine ended before. The next prompt, or a restart, goes on with the conversation.';

/** A part of a machine's stream, in its order. */
export type StreamItem = { readonly entry: JournalEntry } | { readonly delta: Delta };

/** Turns a machine's journal into the sessions' logs (architecture §6): each entry once, whatever is repeated. */
export class Dispatcher {
  readonly cursors: MachineCursors;
  readonly #memories: AdapterMemories;

  constructor(private readonly options: DispatcherOptions) {
    this.cursors = new MachineCursors(options.db);
    this.#memories = new AdapterMemories(options.db);
  }

  /**
   * Commits a batch: events, adapter memory, outbox rows and the machine's cursor in one transaction. Entries that are
   * committed already change nothing. Returns the journal's newest committed sequence, which may now be acknowledged; null
   * when there was nothing but deltas.
   */
  ingest(machineId: MachineId, epoch: string, items: readonly StreamItem[]): number | null {
    const { ctx, clock } = this.options;
    if (items.every((item) => 'delta' in item)) {
      for (const { delta } of items) ctx.log.pass(delta);
      return null;
    }
    try {
      return ctx.log.transaction(() => {
        const before = this.cursors.seq(machineId, epoch);
        let seq = before;
        for (const item of items) {
          if ('delta' in item) {
            ctx.log.pass(item.delta);
          } else if (item.entry.seq > seq) {
            this.#take(item.entry, epoch);
            seq = item.entry.seq;
          }
        }
        if (seq > before) {
          this.#memories.flush();
          this.cursors.set(machineId, epoch, seq, clock.now());
        }
        return seq;
      });
    } catch (error) {
      this.#memories.forget();
      throw error;
    }
  }

  /**
   * The machine has no runner for a session that the log thinks alive, and its whole journal is read: what the log waits
   * for will never come. It ends like a process that died.
   */
  reconcile(sessionId: SessionId, reason: string): void {
    const { ctx, clock } = this.options;
    ctx.log.transaction(() => {
      const event = { kind: 'runnerExited', sessionId, code: null, signal: null, expected: false, reason } as const;
      const entry: JournalEntry = { seq: 1, at: clock.now(), event };
      this.#apply(sessionId, entry, this.#derive(entry, 'reconcile', ctx.log.requireState(sessionId)));
    });
  }

  /** The machine that was to start a crashed agent again is gone, or forgot: nothing starts it but the person. */
  restartLost(sessionId: SessionId): void {
    const { ctx, clock } = this.options;
    ctx.log.transaction(() => {
      const state = ctx.log.requireState(sessionId);
      const attempts = state.health.state === 'restarting' ? state.health.attempt : 1;
      const health = { state: 'failed', attempts, lastError: MACHINE_GONE } as const;
      const entry: JournalEntry = { seq: 1, at: clock.now(), event: { kind: 'health', sessionId, health } };
      this.#apply(sessionId, entry, this.#derive(entry, 'reconcile', state));
    });
  }

  /** The machine cannot know any more what became of the prompts on their way; the person decides. */
  deliveryLost(sessionId: SessionId, reason: string): void {
    const { ctx } = this.options;
    ctx.log.transaction(() => {
      const prompts = ctx.log.requireState(sessionId).inFlight;
      ctx.log.append(
        sessionId,
        prompts.map(({ id }) => ({ kind: 'promptDoubtful', promptId: id, reason })),
      );
      sendAfterStop(ctx, sessionId);
    });
  }

  #take(entry: JournalEntry, epoch: string): void {
    const { sessionId } = entry.event;
    const state = this.options.ctx.log.state(sessionId) ?? this.#recovered(entry);
    if (entry.event.kind === 'teamCall') this.#teamCall(sessionId, entry.event.call);
    this.#apply(sessionId, entry, this.#derive(entry, epoch, state));
  }

  #derive(entry: JournalEntry, epoch: string, state: SessionState): Derived {
    const { adapterFor, clock, logger } = this.options;
    const adapter = adapterFor(state.provider);
    const memory = this.#memories.get(state.id, adapter);
    const continuity = continuityOf(findProvider(state.provider));
    try {
      return derive(entry, { state, memory, adapter, continuity, now: clock.now(), epoch });
    } catch (error) {
      // One entry that we fail on must not hold up all that come after it; it is kept as it is.
      logger.error('a journal entry could not be understood', { error, sessionId: state.id, seq: entry.seq });
      const message = `agor could not understand what the machine reported and kept it as it is: ${String(error)}`;
      const notice = { kind: 'notice', level: 'error', code: 'entry-failed', message } as const;
      return { events: [{ kind: 'unknown', raw: entry.event }, notice], memory };
    }
  }

  #apply(sessionId: SessionId, entry: JournalEntry, derived: Derived): void {
    const { ctx, clock } = this.options;
    const before = ctx.log.requireState(sessionId).providerSessionId;
    const state = ctx.log.append(sessionId, derived.events, entry.at);
    if (state.providerSessionId !== before) ctx.conversations.note(state);
    this.#memories.set(sessionId, derived.memory);
    for (const event of derived.events)
      if (event.kind === 'askOpened') ctx.asks.opened(event.ask.id, sessionId, clock.now());
    if (derived.ruleUsed !== undefined) ctx.rules.consume(derived.ruleUsed);
    for (const askId of derived.redo ?? []) this.options.redoAnswer(sessionId, askId);
    if (derived.free === 'limitLifted') resumeAfterLimit(ctx, sessionId);
    if (derived.free === 'turnEnded' || derived.free === 'recovered') sendNext(ctx, sessionId, false);
    // Not what the person stopped meanwhile.
    if (derived.free === 'restarted' && state.inFlight.length === 0 && ctx.log.hold(sessionId) === 'none')
      sendNext(ctx, sessionId, true);
    sendAfterStop(ctx, sessionId);
  }

  /** What an agent sent while we were away. Done once by its id, so that a replay does no harm; nobody waits for the answer any more. */
  #teamCall(sessionId: SessionId, call: TeamCall): void {
    const answer = this.options.teamCall(sessionId, call);
    if (answer.state !== 'failed') return;
    const message = `What the agent asked for while agor's hub was away (${call.operation}) was not done: ${answer.message}`;
    this.options.ctx.log.append(sessionId, [{ kind: 'notice', level: 'warning', code: 'team-call', message }]);
  }

  /** The log of this session is gone (a restored backup), the machine still runs it: it goes on under its own id. */
  #recovered({ event }: JournalEntry): SessionState {
    const { ctx, logger } = this.options;
    const { sessionId } = event;
    const provider = event.kind === 'runnerStarted' ? event.provider : ProviderId.parse('unknown');
    logger.warn('the machine speaks of a session that the log does not know; it is begun anew', { sessionId });
    return ctx.log.create(sessionId, {
      kind: 'sessionCreated',
      projectId: null,
      provider,
      cwd: '/',
      title: 'Recovered session',
      permissionMode: 'default',
    });
  }
}
