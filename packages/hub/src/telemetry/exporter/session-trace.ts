import type { AskId, BodyOf, ProjectId, Prompt, PromptId, SessionEvent, SessionState } from '@agor/protocol';
import { type Attributes, SpanStatusCode } from '@opentelemetry/api';
import type { CountedTurn } from '../../events/index.ts';
import {
  askSpan,
  clientSpan,
  isSampled,
  newPlace,
  promptSpan,
  type SpanPlace,
  traceOf,
  turnSpan,
  turnTrace,
} from '../span-ids.ts';
import { AGOR, ERROR_TYPE, GEN_AI, providerName } from './conventions.ts';
import type { OpenSpan } from './spans.ts';
import { type TraceTools, TurnTrace } from './turn-trace.ts';

/** A person who takes longer between click and hub has a clock that goes wrong. In ms. */
const MAX_CLICK_MS = 60_000;

interface OpenPrompt {
  readonly prompt: Prompt;
  readonly span: OpenSpan;
  /** Of its `promptSent`: by it the span of its turn is named. */
  sentSeq: number | null;
  /** It went into the turn of another prompt and ends with that. */
  joined: boolean;
}

/** How a session's spans refer to those of others. */
export interface OtherAgents {
  /** From this time on (ms since the epoch), what this project or role agent writes is written in that turn. */
  works(projectId: ProjectId, at: number, place: SpanPlace): void;
  /** In which turns of other agents that was written which this prompt brings. */
  writtenIn(prompt: Prompt): SpanPlace[];
}

/** One session's spans, made from its events: from a prompt's being given to the end of what came of it. */
export class SessionTrace {
  readonly #prompts = new Map<PromptId, OpenPrompt>();
  readonly #asks = new Map<AskId, OpenSpan>();
  #turn: { readonly trace: TurnTrace; readonly promptId: PromptId | undefined } | null = null;

  constructor(
    private readonly agentName: string | undefined,
    private readonly tools: TraceTools,
    private readonly others: OtherAgents,
  ) {}

  get isIdle(): boolean {
    return this.#turn === null && this.#prompts.size === 0 && this.#asks.size === 0;
  }

  get waitingPrompts(): number {
    return [...this.#prompts.values()].filter(({ sentSeq }) => sentSeq === null).length;
  }

  get openAsks(): number {
    return this.#asks.size;
  }

  get works(): boolean {
    return this.#turn !== null;
  }

  /** @param state after the event, or after others that were committed with it */
  take(event: SessionEvent, state: SessionState, counted: () => CountedTurn | undefined): void {
    const { spans } = this.tools;
    switch (event.kind) {
      case 'promptQueued':
        this.#queued(event.prompt, event.at, state);
        break;
      case 'promptCancelled':
        this.#endPrompt(event.promptId, event.at, { 'agor.prompt.outcome': 'cancelled' });
        break;
      case 'promptSent':
        this.#sent(event, state);
        break;
      case 'promptDelivered':
        this.#delivered(event);
        break;
      case 'promptDoubtful':
        this.#endPrompt(event.promptId, event.at, { 'agor.prompt.outcome': 'doubtful', [ERROR_TYPE]: 'doubtful' });
        break;
      case 'promptFailed':
        this.#endPrompt(event.promptId, event.at, { 'agor.prompt.outcome': 'failed', [ERROR_TYPE]: event.class });
        break;
      case 'turnStarted':
        this.#turnStarted(event, state);
        break;
      case 'turnEnded':
        this.#turnEnded(event, state, counted());
        break;
      case 'message':
        this.#turn?.trace.message(event.message, event);
        break;
      case 'askOpened':
        this.#asked(event);
        break;
      case 'askAnswered':
        this.#askEnded(event.askId, event.at, { [AGOR.askOutcome]: 'answered', [AGOR.askBy]: event.by });
        this.#turn?.trace.answered(event.at);
        break;
      case 'askLapsed':
        this.#askEnded(event.askId, event.at, { [AGOR.askOutcome]: 'lapsed' });
        break;
      case 'askWithdrawn':
        this.#askEnded(event.askId, event.at, { [AGOR.askOutcome]: 'withdrawn' });
        break;
      case 'processStarted':
        this.#note('agent_started', event.at, state, { 'process.pid': event.pid });
        break;
      case 'processExited':
        this.#exited(event, state);
        break;
      case 'retrying':
        this.#note('agor.retry', event.at, state, { [ERROR_TYPE]: event.class, 'agor.retry.attempt': event.attempt });
        break;
      case 'limited':
        this.#note('agor.limit', event.at, state, { 'agor.limit.name': event.limit });
        break;
      case 'notice':
        if (event.code === 'anchors-kept') this.#note('auto_anchor_created', event.at, state, {});
        break;
      case 'stopRequested':
        if (this.#current) spans.event(this.#current, 'agor.stop_requested', event.at, { mode: event.mode });
        break;
    }
  }

  /** The session is forgotten: what is open in it is told as it is. */
  close(at: number): void {
    const { spans } = this.tools;
    for (const { span } of this.#prompts.values()) spans.end(span, at);
    for (const span of this.#asks.values()) spans.end(span, at);
    if (this.#turn) spans.end(this.#turn.trace.turn, at);
  }

  get #current(): OpenSpan | null {
    return this.#turn?.trace.turn ?? [...this.#prompts.values()].at(-1)?.span ?? null;
  }

  #queued(prompt: Prompt, at: number, state: SessionState): void {
    const { spans, content } = this.tools;
    const client = clientSpan(prompt);
    const clickedAt = prompt.trace?.clickedAt;
    const sampled = isSampled(prompt);
    const traceId = traceOf(prompt);
    if (sampled && client !== null && clickedAt !== undefined) {
      const click = { name: 'agor.click', place: { traceId, spanId: client }, parent: null, sampled };
      const begun = Math.min(Math.max(clickedAt, at - MAX_CLICK_MS), at);
      spans.tell({ ...click, at: begun, attributes: { [AGOR.prompt]: prompt.id } }, at);
    }
    const span = spans.start({
      name: 'agor.prompt',
      place: { traceId, spanId: promptSpan(prompt.id) },
      parent: client,
      sampled,
      at,
      links: this.others.writtenIn(prompt),
      attributes: {
        ...identity(state),
        [AGOR.prompt]: prompt.id,
        [AGOR.source]: prompt.source,
        'agor.prompt.images': prompt.images.length,
        ...(prompt.wake === undefined ? {} : { 'agor.prompt.wake': prompt.wake }),
        ...content.message(GEN_AI.inputMessages, 'user', () => prompt.text),
      },
    });
    this.#prompts.set(prompt.id, { prompt, span, sentSeq: null, joined: false });
  }

  #sent({ promptId, seq, at }: BodyOf<'promptSent'> & { seq: number; at: number }, state: SessionState): void {
    // Sent again after it had failed, or given longer ago than was read.
    const prompt = state.inFlight.find(({ id }) => id === promptId);
    if (!this.#prompts.has(promptId) && prompt) this.#queued(withoutClick(prompt), at, state);
    const open = this.#prompts.get(promptId);
    if (!open) return;
    open.sentSeq = seq;
    this.tools.spans.event(open.span, 'agor.prompt.sent', at);
    // Before its turn is told: what the agent writes to others may arrive here before that does.
    const turn = { traceId: open.span.place.traceId, spanId: turnSpan(state.id, seq) };
    if (state.projectId !== null && this.#turn === null) this.others.works(state.projectId, at, turn);
  }

  #delivered({ promptId, at }: BodyOf<'promptDelivered'> & { at: number }): void {
    const open = this.#prompts.get(promptId);
    if (!open) return;
    this.tools.spans.event(open.span, 'agor.prompt.delivered', at);
    open.joined = this.#turn !== null && this.#turn.promptId !== promptId;
  }

  #turnStarted(event: BodyOf<'turnStarted'> & { seq: number; at: number }, state: SessionState): void {
    const open = event.promptId === undefined ? undefined : this.#prompts.get(event.promptId);
    if (open) open.joined = false;
    const seq = open?.sentSeq ?? event.seq;
    const traceId = open?.span.place.traceId ?? turnTrace(state.id, seq);
    const { id: sessionId, model } = state;
    const where = {
      sessionId,
      place: { traceId, spanId: turnSpan(sessionId, seq) },
      parent: open?.span.place.spanId ?? null,
      sampled: open?.span.sampled ?? true,
      agentName: this.agentName,
      attributes: {
        ...identity(state),
        [AGOR.turn]: event.turnId,
        ...(this.agentName === undefined ? {} : { [GEN_AI.agentName]: this.agentName }),
        ...(state.projectId === null ? {} : { [GEN_AI.agentId]: state.projectId }),
        ...(model === undefined ? {} : { [GEN_AI.requestModel]: model }),
      },
    };
    if (state.projectId !== null) this.others.works(state.projectId, event.at, where.place);
    this.#turn = { trace: new TurnTrace(where, event.at, this.tools), promptId: event.promptId };
  }

  #turnEnded(event: BodyOf<'turnEnded'> & { at: number }, state: SessionState, counted?: CountedTurn): void {
    const turn = this.#turn;
    if (!turn) return;
    this.#turn = null;
    turn.trace.end(event, event.at, state, counted);
    const failed = event.outcome === 'failed' || event.outcome === 'lost';
    const told = { [AGOR.outcome]: event.outcome, ...(failed ? { [ERROR_TYPE]: event.class ?? event.outcome } : {}) };
    for (const [id, { joined }] of this.#prompts)
      if (joined || id === turn.promptId) this.#endPrompt(id, event.at, told);
  }

  #endPrompt(id: PromptId, at: number, attributes: Attributes): void {
    const open = this.#prompts.get(id);
    if (!open) return;
    this.#prompts.delete(id);
    open.span.span.setAttributes(attributes);
    if (attributes[ERROR_TYPE] !== undefined) open.span.span.setStatus({ code: SpanStatusCode.ERROR });
    this.tools.spans.end(open.span, at);
  }

  #asked({ ask, at }: BodyOf<'askOpened'> & { at: number }): void {
    const above: SpanPlace | undefined = this.#turn?.trace.above(ask.parentId) ?? this.#current?.place;
    if (!above || this.#asks.has(ask.id)) return;
    const span = this.tools.spans.start({
      name: 'agor.ask',
      place: { traceId: above.traceId, spanId: askSpan(ask.id) },
      parent: above.spanId,
      sampled: this.#current?.sampled ?? true,
      at,
      attributes: {
        [AGOR.ask]: ask.id,
        [AGOR.askKind]: ask.kind,
        ...(ask.kind === 'permission' ? { [GEN_AI.toolName]: ask.toolName } : {}),
        ...(ask.toolUseId === undefined ? {} : { [GEN_AI.toolCall]: ask.toolUseId }),
      },
    });
    this.#asks.set(ask.id, span);
  }

  #askEnded(id: AskId, at: number, attributes: Attributes): void {
    const open = this.#asks.get(id);
    if (!open) return;
    this.#asks.delete(id);
    open.span.setAttributes(attributes);
    this.tools.spans.end(open, at);
  }

  #exited({ code, signal, expected, at }: BodyOf<'processExited'> & { at: number }, state: SessionState): void {
    this.#note(expected ? 'agent_stopped' : 'sidecar_crashed', at, state, {
      ...(code === null ? {} : { 'process.exit.code': code }),
      ...(signal === null ? {} : { 'agor.process.signal': signal }),
      ...(expected ? {} : { [ERROR_TYPE]: signal ?? `exit_${code ?? 'unknown'}` }),
    });
  }

  /** Said on what runs; between turns it is a short span of its own. */
  #note(name: string, at: number, state: SessionState, attributes: Attributes): void {
    const { spans } = this.tools;
    if (this.#current) {
      spans.event(this.#current, name, at, attributes);
      return;
    }
    const start = { name, place: newPlace(), parent: null, at };
    spans.tell({ ...start, attributes: { ...identity(state), ...attributes } }, at);
  }
}

function identity(state: SessionState): Attributes {
  return {
    [AGOR.session]: state.id,
    [GEN_AI.provider]: providerName(state.provider),
    'agor.provider.id': state.provider,
    [GEN_AI.conversation]: state.providerSessionId ?? state.id,
    ...(state.projectId === null ? {} : { [AGOR.project]: state.projectId }),
  };
}

/** The click was told when it was given first. */
function withoutClick(prompt: Prompt): Prompt {
  return prompt.trace ? { ...prompt, trace: { parent: prompt.trace.parent } } : prompt;
}
