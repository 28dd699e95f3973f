import {
  type JournalCursor,
  MAX_TEAM_CALL_ID,
  type SessionId,
  TEAM_CALL_LIMIT_MS,
  TEAM_READS,
  type TeamAnswer,
  type TeamCall,
} from '@agor/protocol';
import { type Clock, SecretRedactor } from '@agor/runtime';
import type { Journal } from '../journal/index.ts';

/** Where calls go while a hub is connected. */
export type CallSink = (frame: {
  readonly t: 'teamCall';
  readonly sessionId: SessionId;
  readonly call: TeamCall;
}) => void;

/** Calls of this machine's agents that wait for the hub at a time; more are refused. */
const MAX_OPEN = 512;

const HUB_AWAY: TeamAnswer = {
  state: 'failed',
  code: 'hubAway',
  message: "agor's hub is away, so nothing can be looked up now. What you send is kept and delivered when it is back.",
};
const BUSY: TeamAnswer = {
  state: 'failed',
  code: 'failed',
  message: 'Too many calls wait for agor. Try again in a moment.',
};

/**
 * What sessions' agents ask of btmsg and bttask: handed to the hub that is connected. Without one, or when it does not answer in time, what
 * changes something is journaled (the hub does each id once, so an answer that was lost does no harm), and what only looks is told so. What is asked afterwards waits until
 * the hub has what was journaled: nothing that an agent says overtakes what it said before.
 */
export class TeamCalls {
  readonly #open = new Map<string, (answer: TeamAnswer | null) => void>();
  /** Those of `#open` that wait for the journal. */
  readonly #waiting = new Map<string, () => void>();
  #sink: CallSink | null = null;
  /** The newest entry that may be a call which the hub has not done yet; those of a machine before us as well. */
  #barrier: JournalCursor;

  constructor(
    private readonly journal: Journal,
    private readonly clock: Clock,
    private readonly redactor: SecretRedactor = new SecretRedactor(),
  ) {
    this.#barrier = { epoch: journal.cursor.epoch, seq: journal.assigned };
    journal.onAcknowledged(() => this.#askWaiting());
  }

  /** A hub came, or went (null): what waits for the one before it will not be answered any more. */
  connect(sink: CallSink | null): void {
    this.#sink = sink;
    for (const settle of [...this.#open.values()]) settle(null);
    this.#waiting.clear();
  }

  answered(id: string, answer: TeamAnswer): void {
    this.#open.get(id)?.(answer);
  }

  /** Agents make the ids of their calls: each counts for its session alone. */
  async call(sessionId: SessionId, asked: TeamCall): Promise<TeamAnswer> {
    if (this.#open.size >= MAX_OPEN) return BUSY;
    const call = { ...this.redactor.value(asked), id: `${sessionId} ${asked.id}` };
    // The hub would not understand it, now or from the journal.
    if (call.id.length > MAX_TEAM_CALL_ID)
      return { state: 'failed', code: 'invalid', message: 'The id of the call is too long.' };
    if (this.#open.has(call.id))
      return { state: 'failed', code: 'failed', message: 'This call is being answered already.' };
    const answer = this.#sink && (await this.#ask(this.#sink, sessionId, call));
    if (answer) return answer;
    if (TEAM_READS.has(call.operation)) return HUB_AWAY;
    this.journal.append([{ sessionId, event: { kind: 'teamCall', sessionId, call } }]);
    this.#barrier = { epoch: this.journal.acknowledged.epoch, seq: this.journal.assigned };
    await this.journal.committed();
    return { state: 'queued' };
  }

  #ask(sink: CallSink, sessionId: SessionId, call: TeamCall): Promise<TeamAnswer | null> {
    return new Promise((resolve) => {
      const settle = (answer: TeamAnswer | null): void => {
        limit.cancel();
        this.#open.delete(call.id);
        this.#waiting.delete(call.id);
        resolve(answer);
      };
      const limit = this.clock.setTimeout(() => settle(null), TEAM_CALL_LIMIT_MS);
      this.#open.set(call.id, settle);
      this.#waiting.set(call.id, () => sink({ t: 'teamCall', sessionId, call }));
      this.#askWaiting();
    });
  }

  /** Hands on what waits, in order, once the hub has everything that was journaled before it. */
  #askWaiting(): void {
    if (this.#waiting.size === 0 || !this.#caughtUp()) return;
    const due = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const ask of due) ask();
  }

  #caughtUp(): boolean {
    const { epoch, seq } = this.journal.acknowledged;
    // Numbered anew: what was journaled under the old numbers may be anywhere up to the newest.
    if (epoch !== this.#barrier.epoch) this.#barrier = { epoch, seq: this.journal.assigned };
    return seq >= this.#barrier.seq;
  }
}
