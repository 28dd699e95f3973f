import {
  MAX_TEAM_CALL_ID,
  type SessionId,
  TEAM_CALL_LIMIT_MS,
  TEAM_READS,
  type TeamAnswer,
  type TeamCall,
} from '@agor/protocol';
import type { Clock } from '@agor/runtime';
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
 * changes something is journaled (the hub does each id once, so an answer that was lost does no harm), and what only looks is told so.
 */
export class TeamCalls {
  readonly #open = new Map<string, (answer: TeamAnswer | null) => void>();
  #sink: CallSink | null = null;

  constructor(
    private readonly journal: Journal,
    private readonly clock: Clock,
  ) {}

  /** A hub came, or went (null): what waits for the one before it will not be answered any more. */
  connect(sink: CallSink | null): void {
    this.#sink = sink;
    for (const settle of [...this.#open.values()]) settle(null);
  }

  answered(id: string, answer: TeamAnswer): void {
    this.#open.get(id)?.(answer);
  }

  /** Agents make the ids of their calls: each counts for its session alone. */
  async call(sessionId: SessionId, asked: TeamCall): Promise<TeamAnswer> {
    if (this.#open.size >= MAX_OPEN) return BUSY;
    const call = { ...asked, id: `${sessionId} ${asked.id}` };
    // The hub would not understand it, now or from the journal.
    if (call.id.length > MAX_TEAM_CALL_ID)
      return { state: 'failed', code: 'invalid', message: 'The id of the call is too long.' };
    if (this.#open.has(call.id))
      return { state: 'failed', code: 'failed', message: 'This call is being answered already.' };
    const answer = this.#sink && (await this.#ask(this.#sink, sessionId, call));
    if (answer) return answer;
    if (TEAM_READS.has(call.operation)) return HUB_AWAY;
    this.journal.append([{ sessionId, event: { kind: 'teamCall', sessionId, call } }]);
    await this.journal.committed();
    return { state: 'queued' };
  }

  #ask(sink: CallSink, sessionId: SessionId, call: TeamCall): Promise<TeamAnswer | null> {
    return new Promise((resolve) => {
      const settle = (answer: TeamAnswer | null): void => {
        limit.cancel();
        this.#open.delete(call.id);
        resolve(answer);
      };
      const limit = this.clock.setTimeout(() => settle(null), TEAM_CALL_LIMIT_MS);
      this.#open.set(call.id, settle);
      sink({ t: 'teamCall', sessionId, call });
    });
  }
}
