import { AsyncLocalStorage } from 'node:async_hooks';
import type { CommandId, MachineCommand, Prompt, PromptId } from '@agor/protocol';
import type { Clock } from '@agor/runtime';
import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import type { OutboxObserver } from '../../outbox/index.ts';
import { isSampled, isTraceparent, newPlace, promptSpan, type SpanPlace, traceOf } from '../span-ids.ts';
import type { ProcedureCall } from '../types.ts';
import { AGOR, ERROR_TYPE, GEN_AI, providerName } from './conventions.ts';
import type { OpenSpan, Spans } from './spans.ts';

/** Commands whose acknowledgement is waited for; the oldest of more are not told. */
const MAX_OPEN = 1_000;

interface Above {
  readonly place: SpanPlace;
  readonly sampled: boolean;
}

/** The spans of what clients ask the hub to do, and of the commands to the machine that come of it. */
export class Calls implements OutboxObserver {
  readonly #running = new AsyncLocalStorage<Above>();
  readonly #open = new Map<CommandId, OpenSpan>();

  constructor(
    private readonly spans: Spans,
    private readonly clock: Clock,
  ) {}

  /** A command, which changes something, gets a span named by its procedure: `agent_query`. What only reads gets none. */
  async call<T>({ path, input }: ProcedureCall, next: () => Promise<T>): Promise<T> {
    const commandId = field(input, 'commandId');
    if (typeof commandId !== 'string') return next();
    const prompt = path.join('.') === 'agent.query' ? promptOf(input) : null;
    const sampled = prompt ? isSampled(prompt) : true;
    const fresh = newPlace();
    const place = prompt ? { ...fresh, traceId: traceOf(prompt) } : fresh;
    const sessionId = field(input, 'sessionId');
    const call = this.spans.start({
      name: path.map((part) => part.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)).join('_'),
      place,
      parent: prompt ? promptSpan(prompt.id) : null,
      sampled,
      at: this.clock.now(),
      kind: SpanKind.SERVER,
      attributes: {
        'rpc.system.name': 'orpc',
        'rpc.method': path.join('.'),
        [AGOR.command]: commandId,
        ...(typeof sessionId === 'string' ? { [AGOR.session]: sessionId } : {}),
      },
    });
    try {
      return await this.#running.run({ place, sampled }, next);
    } catch (error) {
      call.span.setAttribute(ERROR_TYPE, String(field(error, 'code') ?? 'INTERNAL_SERVER_ERROR'));
      call.span.setStatus({ code: SpanStatusCode.ERROR });
      throw error;
    } finally {
      this.spans.end(call, this.clock.now());
    }
  }

  added(id: CommandId, command: MachineCommand): void {
    const above = aboveOf(command) ?? this.#running.getStore() ?? null;
    const span = this.spans.start({
      name: `command ${command.kind}`,
      place: above ? { traceId: above.place.traceId, spanId: newPlace().spanId } : newPlace(),
      parent: above?.place.spanId ?? null,
      sampled: above?.sampled ?? true,
      at: this.clock.now(),
      kind: SpanKind.PRODUCER,
      attributes: {
        [AGOR.session]: command.sessionId,
        [AGOR.command]: id,
        ...('promptId' in command ? { [AGOR.prompt]: command.promptId } : {}),
        ...('provider' in command ? { [GEN_AI.provider]: providerName(command.provider) } : {}),
      },
    });
    this.#open.set(id, span);
    const [oldest] = this.#open.keys();
    if (this.#open.size > MAX_OPEN && oldest !== undefined) this.#open.delete(oldest);
  }

  acknowledged(ids: readonly CommandId[]): void {
    for (const id of ids) {
      const open = this.#open.get(id);
      if (!open) continue;
      this.#open.delete(id);
      this.spans.end(open, this.clock.now());
    }
  }
}

/** A prompt's command belongs to the prompt, whoever set it going. */
function aboveOf(command: MachineCommand): Above | null {
  if (command.kind !== 'query' || command.traceparent === undefined) return null;
  const [, traceId = '', , flags = ''] = command.traceparent.split('-');
  return {
    place: { traceId, spanId: promptSpan(command.promptId) },
    sampled: (Number.parseInt(flags, 16) & 1) !== 0,
  };
}

/** Of what a client sent, which is not checked yet. */
function promptOf(input: unknown): Pick<Prompt, 'id' | 'trace'> | null {
  const given = field(input, 'prompt');
  const id = field(given, 'id');
  if (typeof id !== 'string') return null;
  const parent = field(field(given, 'trace'), 'parent');
  return { id: id as PromptId, ...(isTraceparent(parent) ? { trace: { parent } } : {}) };
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}
