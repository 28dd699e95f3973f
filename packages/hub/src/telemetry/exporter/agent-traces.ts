import type { ProjectId, PromptId, SessionEvent, SessionId, SessionState } from '@agor/protocol';
import type { CountedTurn, HubBus } from '../../events/index.ts';
import type { SpanPlace } from '../span-ids.ts';
import type { ExporterOptions, TracedSessions } from '../types.ts';
import type { Standings } from './measures.ts';
import { RecentTurns } from './recent-turns.ts';
import { type OtherAgents, SessionTrace } from './session-trace.ts';
import type { TraceTools } from './turn-trace.ts';

/** Sessions whose spans are open at once; of more, the one that was heard of longest ago is told as it is. */
const MAX_SESSIONS = 1_000;
/** Events of a session that are read again at the start, to go on with the spans of what is under way. */
const MAX_REPLAYED = 5_000;

export interface AgentTracesOptions {
  readonly bus: HubBus;
  readonly sessions: TracedSessions;
  readonly messagesOf: ExporterOptions['messagesOf'];
  readonly agentName: (projectId: ProjectId) => string | undefined;
}

/** The spans of all sessions, made from what was committed to their logs. */
export class AgentTraces implements Disposable {
  readonly #traces = new Map<SessionId, SessionTrace>();
  /** Of the turns that end in the commit which is told now: the metrics hear of it first. */
  readonly #counted = new Map<SessionId, CountedTurn[]>();
  readonly #recent = new RecentTurns();
  readonly #others: OtherAgents = {
    works: (projectId, from, place) => this.#recent.note(projectId, { from, place }),
    writtenIn: (prompt) => (prompt.source === 'agor' ? this.#turnsOf(prompt.id) : []),
  };
  readonly #own = new DisposableStack();

  constructor(
    private readonly options: AgentTracesOptions,
    private readonly tools: TraceTools,
  ) {
    const { bus, sessions } = options;
    tools.spans.replaying = true;
    try {
      for (const state of sessions.open()) this.#replay(state);
    } finally {
      tools.spans.replaying = false;
    }
    this.#own.use(
      bus.on('turn', ({ sessionId, turn }) => {
        this.#counted.set(sessionId, [...(this.#counted.get(sessionId) ?? []), turn]);
      }),
    );
    this.#own.use(
      bus.on('sessions', (changes) => {
        for (const { sessionId, events, state } of changes) this.#take(sessionId, events, state);
        this.#counted.clear();
      }),
    );
  }

  get standings(): Pick<Standings, 'turns' | 'asks' | 'prompts'> {
    const sum = (of: (trace: SessionTrace) => number) => () =>
      [...this.#traces.values()].reduce((total, trace) => total + of(trace), 0);
    return {
      turns: sum(({ works }) => (works ? 1 : 0)),
      asks: sum(({ openAsks }) => openAsks),
      prompts: sum(({ waitingPrompts }) => waitingPrompts),
    };
  }

  [Symbol.dispose](): void {
    this.#own.dispose();
  }

  #take(sessionId: SessionId, events: readonly SessionEvent[], state: SessionState): void {
    const trace = this.#traces.get(sessionId) ?? new SessionTrace(this.#nameOf(state), this.tools, this.#others);
    const counted = this.#counted.get(sessionId);
    for (const event of events) trace.take(event, state, () => counted?.shift());
    // Anew at the end: the first one is the one that was heard of longest ago.
    this.#traces.delete(sessionId);
    if (trace.isIdle) return;
    this.#traces.set(sessionId, trace);
    const [oldest] = this.#traces;
    if (this.#traces.size <= MAX_SESSIONS || !oldest) return;
    this.#traces.delete(oldest[0]);
    oldest[1].close(state.lastActivityAt);
  }

  /** Each turn once, though it sent several messages. */
  #turnsOf(promptId: PromptId): SpanPlace[] {
    const places = this.options.messagesOf(promptId).map(({ from, at }) => this.#recent.at(from, at));
    return [...new Set(places)].filter((place) => place !== undefined);
  }

  #replay(state: SessionState): void {
    this.#take(state.id, this.options.sessions.page(state.id, state.seq + 1, MAX_REPLAYED), state);
  }

  #nameOf({ projectId, provider }: SessionState): string | undefined {
    return projectId === null ? provider : (this.options.agentName(projectId) ?? provider);
  }
}
