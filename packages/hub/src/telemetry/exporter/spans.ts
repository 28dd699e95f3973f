import {
  type Attributes,
  type HrTime,
  type Link,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import type { IdGenerator } from '@opentelemetry/sdk-trace';
import type { SpanPlace } from '../span-ids.ts';

export interface SpanStart {
  readonly name: string;
  readonly place: SpanPlace;
  /** The span above it in the same trace; null for the first one. */
  readonly parent: string | null;
  /** Ms since the epoch. */
  readonly at: number;
  readonly kind?: SpanKind;
  /** False: the trace's beginner does not record it. */
  readonly sampled?: boolean;
  readonly attributes?: Attributes;
  /** Spans of other traces that it came of. */
  readonly links?: readonly SpanPlace[];
}

/** A span that began. Times are in ms since the epoch; one before its beginning counts as its beginning. */
export interface OpenSpan {
  readonly place: SpanPlace;
  readonly at: number;
  readonly sampled: boolean;
  readonly span: Span;
}

/** Gives each span the id that it was to have. */
export class GivenIds implements IdGenerator {
  next: SpanPlace = { traceId: '', spanId: '' };
  generateTraceId(): string {
    return this.next.traceId;
  }
  generateSpanId(): string {
    return this.next.spanId;
  }
}

/** Makes spans whose ids are known beforehand and whose times were read elsewhere. */
export class Spans {
  /** While events are read again that were told before the hub's start: what ended then was told then. */
  replaying = false;

  constructor(
    private readonly tracer: Tracer,
    private readonly ids: GivenIds,
  ) {}

  start({
    name,
    place,
    parent,
    at,
    kind = SpanKind.INTERNAL,
    sampled = true,
    attributes = {},
    links = [],
  }: SpanStart): OpenSpan {
    this.ids.next = place;
    const above =
      parent === null
        ? ROOT_CONTEXT
        : trace.setSpanContext(ROOT_CONTEXT, {
            traceId: place.traceId,
            spanId: parent,
            traceFlags: sampled ? 1 : 0,
            isRemote: true,
          });
    const span = this.tracer.startSpan(
      name,
      { kind, startTime: hrTime(at), attributes, links: links.map(linkTo) },
      above,
    );
    return { place, at, sampled, span };
  }

  end({ span, at: startedAt }: OpenSpan, at: number): void {
    if (!this.replaying) span.end(hrTime(Math.max(startedAt, at)));
  }

  /** A span that is over already. */
  tell(start: SpanStart, until: number): void {
    this.end(this.start(start), until);
  }

  event({ span, at: startedAt }: OpenSpan, name: string, at: number, attributes: Attributes = {}): void {
    span.addEvent(name, attributes, hrTime(Math.max(startedAt, at)));
  }
}

function linkTo({ traceId, spanId }: SpanPlace): Link {
  return { context: { traceId, spanId, traceFlags: 1, isRemote: true } };
}

/** A bare number could be taken for a time since the process began. */
function hrTime(ms: number): HrTime {
  const seconds = Math.floor(ms / 1000);
  return [seconds, Math.round((ms - seconds * 1000) * 1e6)];
}
