import type {
  AgentMessage,
  BodyOf,
  MessageOf,
  SessionEvent,
  SessionId,
  SessionState,
  SpentTokens,
} from '@agor/protocol';
import { type Attributes, SpanKind, SpanStatusCode } from '@opentelemetry/api';
import type { CountedTurn } from '../../events/index.ts';
import type { SpanPlace } from '../span-ids.ts';
import { chatSpan, toolSpan } from '../span-ids.ts';
import type { Content } from './content.ts';
import { AGOR, ERROR_TYPE, GEN_AI } from './conventions.ts';
import type { Measures } from './measures.ts';
import type { OpenSpan, Spans } from './spans.ts';

/** Tool calls that may run at once in a turn; the oldest of more are told as they are. */
const MAX_TOOLS = 256;
/** Characters of the answer that are kept for the span. */
const MAX_ANSWER_CHARS = 16_384;

export interface TurnPlace {
  readonly sessionId: SessionId;
  readonly place: SpanPlace;
  readonly parent: string | null;
  readonly sampled: boolean;
  readonly attributes: Attributes;
  readonly agentName: string | undefined;
}

export interface TraceTools {
  readonly spans: Spans;
  readonly measures: Measures;
  readonly content: Content;
}

/** A call of the model that may still be told more of. */
interface OpenChat {
  readonly spent: SpentTokens;
  readonly input: number;
  output: number;
  readonly since: number;
  at: number;
  /** Of the event that told it first. */
  readonly seq: number;
}

/** A turn of an agent with all that happens in it: calls of the model, and of tools, which may be subagents. */
export class TurnTrace {
  readonly turn: OpenSpan;
  readonly #tools = new Map<string, OpenSpan>();
  /** Since when the agent, or a subagent of its, has waited for the model: named by the call that started it. */
  readonly #since = new Map<string | undefined, number>();
  readonly #chats = new Map<string | undefined, OpenChat>();
  readonly #cached = { read: 0, created: 0 };
  #answer = '';
  #model: string | undefined;

  constructor(
    private readonly where: TurnPlace,
    at: number,
    private readonly tools: TraceTools,
  ) {
    const { place, parent, sampled, attributes, agentName } = where;
    this.turn = tools.spans.start({
      name: agentName === undefined ? 'invoke_agent' : `invoke_agent ${agentName}`,
      place,
      parent,
      sampled,
      at,
      kind: SpanKind.CLIENT,
      attributes: { ...attributes, [GEN_AI.operation]: 'invoke_agent' },
    });
    this.#since.set(undefined, at);
  }

  message(message: AgentMessage, event: SessionEvent): void {
    const { spans, content } = this.tools;
    if (message.spent) this.#spent(message.spent, message.parentId, event);
    switch (message.type) {
      case 'tool_call':
        this.#toolCall(message, event);
        break;
      case 'tool_result':
        this.#toolResult(message, event);
        break;
      case 'text':
        if (message.parentId === undefined && this.#answer.length < MAX_ANSWER_CHARS)
          this.#answer += message.content.text;
        break;
      case 'cost': {
        const { cacheReadTokens = 0, cacheCreationTokens = 0, costUsd, totalCostUsd } = message.content;
        this.#cached.read += cacheReadTokens;
        this.#cached.created += cacheCreationTokens;
        const told = { [AGOR.cost]: costUsd ?? 0, 'agor.session.cost.usd': totalCostUsd };
        spans.event(this.turn, 'agent_cost', event.at, told);
        break;
      }
      case 'error':
        spans.event(this.turn, 'agent_error', event.at, {
          [ERROR_TYPE]: message.content.class,
          ...content.of('exception.message', () => message.content.message),
        });
        break;
      case 'compaction': {
        const { trigger, preTokens } = message.content;
        spans.event(this.turn, 'agor.compaction', event.at, { trigger, 'agor.context.tokens': preTokens });
        break;
      }
    }
  }

  /** Under which span something in this turn belongs: the turn's, or that of the subagent's call. */
  above(parentId?: string): SpanPlace {
    return (parentId === undefined ? undefined : this.#tools.get(parentId)?.place) ?? this.turn.place;
  }

  /** The person was asked and has answered: the model is asked again. */
  answered(at: number): void {
    this.#endChat(undefined);
    this.#since.set(undefined, at);
  }

  end(end: BodyOf<'turnEnded'>, at: number, state: SessionState, counted: CountedTurn | undefined): void {
    const { spans, measures, content } = this.tools;
    for (const thread of [...this.#chats.keys()]) this.#endChat(thread);
    for (const tool of this.#tools.values()) {
      tool.span.setStatus({ code: SpanStatusCode.ERROR });
      tool.span.setAttribute(ERROR_TYPE, end.outcome === 'done' ? 'no_result' : end.outcome);
      spans.end(tool, at);
    }
    this.#tools.clear();
    const { span } = this.turn;
    const failure = end.outcome === 'failed' || end.outcome === 'lost' ? (end.class ?? end.outcome) : null;
    const responseModel = this.#model ?? counted?.model ?? undefined;
    span.setAttributes({
      [AGOR.outcome]: end.outcome,
      [GEN_AI.conversation]: state.providerSessionId ?? state.id,
      ...(responseModel === undefined ? {} : { [GEN_AI.responseModel]: responseModel }),
      ...(counted ? usageOf(counted) : {}),
      ...(this.#cached.read > 0 ? { [GEN_AI.cacheRead]: this.#cached.read } : {}),
      ...(this.#cached.created > 0 ? { [GEN_AI.cacheCreation]: this.#cached.created } : {}),
      ...(failure === null ? {} : { [ERROR_TYPE]: failure }),
      ...content.message(GEN_AI.outputMessages, 'assistant', () => this.#answer),
    });
    // The words of a failure may hold what was said.
    if (failure !== null) span.setStatus({ code: SpanStatusCode.ERROR });
    spans.end(this.turn, at);
    if (spans.replaying) return;
    const common = {
      ...this.#common(),
      ...(responseModel === undefined ? {} : { [GEN_AI.responseModel]: responseModel }),
    };
    measures.turn(at - this.turn.at, { ...common, ...(failure === null ? {} : { [ERROR_TYPE]: failure }) }, counted);
  }

  /** A call of the model. What comes without input goes on with the one before: what it said was still growing. */
  #spent(spent: SpentTokens, parentId: string | undefined, { seq, at }: SessionEvent): void {
    if (parentId === undefined) this.#model = spent.model ?? this.#model;
    const input = spent.inputTokens + spent.cacheReadTokens + spent.cacheCreationTokens;
    const open = this.#chats.get(parentId);
    if (open && input === 0) {
      open.output += spent.outputTokens;
      open.at = at;
      return;
    }
    this.#endChat(parentId);
    const since = this.#since.get(parentId) ?? this.turn.at;
    this.#chats.set(parentId, { spent, input, output: spent.outputTokens, since, at, seq });
  }

  #endChat(parentId: string | undefined): void {
    const chat = this.#chats.get(parentId);
    if (!chat) return;
    this.#chats.delete(parentId);
    this.#since.set(parentId, chat.at);
    const { spans, measures } = this.tools;
    const { model, cacheReadTokens, cacheCreationTokens } = chat.spent;
    const above = this.above(parentId);
    const attributes = {
      ...this.#common(),
      [GEN_AI.operation]: 'chat',
      ...(model === undefined ? {} : { [GEN_AI.responseModel]: model }),
    };
    spans.tell(
      {
        name: model === undefined ? 'chat' : `chat ${model}`,
        place: { traceId: above.traceId, spanId: chatSpan(this.where.sessionId, chat.seq) },
        parent: above.spanId,
        sampled: this.turn.sampled,
        at: chat.since,
        kind: SpanKind.CLIENT,
        attributes: {
          ...attributes,
          [GEN_AI.inputTokens]: chat.input,
          [GEN_AI.outputTokens]: chat.output,
          ...(cacheReadTokens > 0 ? { [GEN_AI.cacheRead]: cacheReadTokens } : {}),
          ...(cacheCreationTokens > 0 ? { [GEN_AI.cacheCreation]: cacheCreationTokens } : {}),
        },
      },
      chat.at,
    );
    if (!spans.replaying) measures.operation(chat.at - chat.since, attributes);
  }

  #toolCall({ content: call, parentId, timestamp }: MessageOf<'tool_call'>, { at }: SessionEvent): void {
    const { spans, content } = this.tools;
    if (this.#tools.has(call.toolUseId)) return; // told again with more of its input
    const [oldest] = this.#tools;
    if (oldest && this.#tools.size >= MAX_TOOLS) {
      this.#tools.delete(oldest[0]);
      spans.end(oldest[1], at);
    }
    const above = this.above(parentId);
    const begun = Math.min(Math.max(timestamp, this.turn.at), at);
    const span = spans.start({
      name: `execute_tool ${call.name}`,
      place: { traceId: above.traceId, spanId: toolSpan(this.where.sessionId, call.toolUseId) },
      parent: above.spanId,
      sampled: this.turn.sampled,
      at: begun,
      attributes: {
        ...this.#common(),
        [GEN_AI.operation]: 'execute_tool',
        [GEN_AI.toolName]: call.name,
        [GEN_AI.toolCall]: call.toolUseId,
        [GEN_AI.toolType]: 'function',
        'agor.tool.kind': call.kind,
        ...content.of(GEN_AI.toolArguments, () => call.input),
      },
    });
    this.#tools.set(call.toolUseId, span);
    if (call.kind === 'agent') this.#since.set(call.toolUseId, begun);
  }

  #toolResult({ content: result, parentId, timestamp }: MessageOf<'tool_result'>, { at }: SessionEvent): void {
    const { spans, measures, content } = this.tools;
    this.#endChat(parentId);
    this.#endChat(result.toolUseId); // of the subagent whose call this was
    this.#since.set(parentId, at);
    this.#since.delete(result.toolUseId);
    const open = this.#tools.get(result.toolUseId);
    if (!open) return;
    this.#tools.delete(result.toolUseId);
    const failure = result.isError ? { [ERROR_TYPE]: result.interrupted ? 'interrupted' : 'tool_error' } : {};
    open.span.setAttributes({
      ...failure,
      ...(result.exitCode === undefined ? {} : { 'process.exit.code': result.exitCode }),
      ...content.of(GEN_AI.toolResult, () => result.output),
    });
    if (result.isError) open.span.setStatus({ code: SpanStatusCode.ERROR });
    const until = Math.min(Math.max(timestamp, open.at), at);
    spans.end(open, until);
    if (!spans.replaying) measures.tool(until - open.at, failure);
  }

  /** What every operation in this turn has in common. */
  #common(): Attributes {
    const { [GEN_AI.provider]: provider, [GEN_AI.requestModel]: model } = this.where.attributes;
    return { [GEN_AI.provider]: provider, ...(model === undefined ? {} : { [GEN_AI.requestModel]: model }) };
  }
}

function usageOf({ inputTokens, outputTokens, costUsd, toolCalls }: CountedTurn): Attributes {
  return {
    [GEN_AI.inputTokens]: inputTokens,
    [GEN_AI.outputTokens]: outputTokens,
    [AGOR.cost]: costUsd,
    'agor.turn.tool_calls': toolCalls,
  };
}
