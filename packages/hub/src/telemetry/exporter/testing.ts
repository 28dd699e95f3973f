import type { SessionEvent, SessionEventBody, SessionState } from '@agor/protocol';
import { createLogger } from '@agor/runtime';
import { ManualClock } from '@agor/runtime/testing';
import { fold } from '@agor/session';
import { created, SESSION } from '@agor/session/testing';
import type { ResourceMetrics } from '@opentelemetry/sdk-metrics';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { HubBus } from '../../events/index.ts';
import type { OutboxObserver } from '../../outbox/index.ts';
import type { Exporter } from '../types.ts';
import { openExporter } from './main.ts';

/** A span as tests look at it. Times are the seconds of the events that it went by. */
export interface ToldSpan {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parent: string | undefined;
  readonly from: number;
  readonly until: number;
  readonly failed: boolean;
  readonly attributes: ReadableSpan['attributes'];
  readonly events: readonly string[];
  readonly links: readonly string[];
}

/** One session whose events, one a second, are told to an exporter that keeps what it would send. */
export class TracedSession {
  readonly clock = new ManualClock();
  readonly bus = new HubBus(createLogger({ name: 'test', file: '/dev/null' }));
  readonly problems = new Map<string, string>();
  /** What prompts bring of other agents' words. */
  readonly messages = new Map<string, { from: string; at: number }[]>();
  outbox: OutboxObserver | null = null;
  #state: SessionState;
  readonly #events: SessionEvent[] = [];
  readonly #spans: ReadableSpan[] = [];
  readonly #metrics: ResourceMetrics[] = [];
  #exporter: Exporter | null = null;

  constructor(private readonly env: Record<string, string> = {}) {
    this.#state = fold(SESSION, undefined, { ...created, seq: 1, at: 1_000 } as SessionEvent);
  }

  get exporter(): Exporter {
    this.#exporter ??= this.#open();
    return this.#exporter;
  }

  get seq(): number {
    return this.#state.seq;
  }

  /** Commits these together. */
  add(...bodies: SessionEventBody[]): void {
    const events = bodies.map((body) => {
      const seq = this.#state.seq + 1;
      const event = { ...body, seq, at: seq * 1_000 } as SessionEvent;
      this.#state = fold(SESSION, this.#state, event);
      return event;
    });
    this.#events.push(...events);
    this.bus.emit('sessions', [{ sessionId: SESSION, events, state: this.#state }]);
  }

  /** The hub ends in the middle of things: the next use of `exporter` is the next hub's. */
  async restart(): Promise<void> {
    await this.#exporter?.close();
    this.#exporter = null;
  }

  /** Ends the exporter and returns what it told. */
  async told(): Promise<ToldSpan[]> {
    await this.exporter.close();
    return this.#spans.map(toldSpan);
  }

  /** Data points of a metric, as they were when the exporter ended. */
  points(name: string): { readonly value: unknown; readonly attributes: object }[] {
    const all = this.#metrics.at(-1)?.scopeMetrics.flatMap(({ metrics }) => metrics) ?? [];
    return all.filter(({ descriptor }) => descriptor.name === name).flatMap(({ dataPoints }) => [...dataPoints]);
  }

  #open(): Exporter {
    return openExporter(
      {
        endpoint: 'http://collector.test',
        version: '0',
        env: this.env,
        clock: this.clock,
        bus: this.bus,
        log: createLogger({ name: 'test', file: '/dev/null' }),
        problems: {
          raise: (code, words) => void this.problems.set(code, words),
          clear: (code) => void this.problems.delete(code),
        },
        redact: (text) => text.replaceAll('sesame', '[secret]'),
        agentName: () => 'worker',
        messagesOf: (promptId) => this.messages.get(promptId) ?? [],
        sessions: {
          open: () => [this.#state],
          page: (_id, before, limit) => this.#events.filter(({ seq }) => seq < before).slice(-limit),
        },
        watchOutbox: (observer) => {
          this.outbox = observer;
        },
        pendingCommands: () => 0,
      },
      {
        spans: {
          export: (spans, done) => {
            this.#spans.push(...spans);
            done({ code: 0 });
          },
          shutdown: async () => {},
        },
        metrics: {
          export: (metrics, done) => {
            this.#metrics.push(metrics);
            done({ code: 0 });
          },
          forceFlush: async () => {},
          shutdown: async () => {},
        },
      },
    );
  }
}

function toldSpan(span: ReadableSpan): ToldSpan {
  const { traceId, spanId } = span.spanContext();
  return {
    name: span.name,
    traceId,
    spanId,
    parent: span.parentSpanContext?.spanId,
    from: span.startTime[0],
    until: span.endTime[0],
    failed: span.status.code === 2,
    attributes: span.attributes,
    events: span.events.map(({ name }) => name),
    links: span.links.map(({ context }) => context.spanId),
  };
}
