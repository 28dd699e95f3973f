/**
 * A receiver of OTLP over HTTP in a process of its own. It knows nothing of the exporter's code: it reads the bytes by OpenTelemetry's own
 * .proto files (proto/), and refuses with 400 what does not fit them or breaks the rules that collectors hold to.
 * `GET /received` tells what came. It prints its address and runs until its stdin ends.
 */
import { join } from 'node:path';
import protobuf from 'protobufjs';
import type { Received, ReceivedMetric, ReceivedSpan } from './collector.ts';
import { plainAttributes } from './plain-attributes.ts';

const root = new protobuf.Root();
root.resolvePath = (_origin, target) => join(import.meta.dir, 'proto', target);
root.loadSync([
  'opentelemetry/proto/collector/trace/v1/trace_service.proto',
  'opentelemetry/proto/collector/metrics/v1/metrics_service.proto',
]);
const requests = {
  '/v1/traces': root.lookupType('opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest'),
  '/v1/metrics': root.lookupType('opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest'),
};

/** Codex tells some attributes twice. */
const REPEATS = 'codex-app-server';

const received: Received = { spans: [], metrics: [], refused: [], batches: 0 };

const server = Bun.serve({
  hostname: '127.0.0.1',
  port: 0,
  fetch: async (request) => {
    const { pathname } = new URL(request.url);
    if (request.method === 'GET' && pathname === '/received') return Response.json(received);
    const type = requests[pathname as keyof typeof requests];
    if (request.method !== 'POST' || !type) return new Response('no such path', { status: 404 });
    try {
      take(pathname, type, request.headers.get('content-type'), new Uint8Array(await request.arrayBuffer()));
    } catch (error) {
      received.refused.push(`${pathname}: ${error instanceof Error ? error.message : error}`);
      return new Response('refused', { status: 400 });
    }
    return new Response(new Uint8Array(), { headers: { 'content-type': 'application/x-protobuf' } });
  },
});
process.stdout.write(`http://127.0.0.1:${server.port}\n`);
process.stdin.resume();
process.stdin.on('end', () => process.exit(0));

function take(path: string, type: protobuf.Type, contentType: string | null, bytes: Uint8Array): void {
  if (contentType !== 'application/x-protobuf') throw new Error(`content type ${contentType}`);
  const reader = protobuf.Reader.create(bytes);
  reader.discardUnknown = false;
  const message = type.decode(reader);
  const wrong = type.verify(message);
  if (wrong) throw new Error(wrong);
  const unknown = unknownIn(message, type.name);
  if (unknown !== null) throw new Error(`${unknown} has a field that the schema does not know`);
  const plain = type.toObject(message, { longs: String, bytes: String, enums: String, defaults: true, arrays: true });
  if (path === '/v1/traces') takeSpans(plain as TraceRequest);
  else takeMetrics(plain as MetricsRequest);
  received.batches++;
}

/** Where a message has a field that its schema does not; null when there is none. */
function unknownIn(value: unknown, path: string): string | null {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return null;
  if (Object.hasOwn(value, '$unknowns')) return path;
  for (const [key, inner] of Object.entries(value)) {
    const found = unknownIn(inner, `${path}.${key}`);
    if (found !== null) return found;
  }
  return null;
}

interface KeyValue {
  readonly key: string;
  readonly value: Record<string, unknown>;
}
interface Resource {
  readonly attributes: readonly KeyValue[];
}
interface WireSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string;
  readonly name: string;
  readonly kind: string;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly KeyValue[];
  readonly events: readonly { readonly name: string; readonly attributes: readonly KeyValue[] }[];
  readonly links: readonly { readonly traceId: string; readonly spanId: string }[];
  readonly status: { readonly code: string; readonly message: string } | null;
}
interface TraceRequest {
  readonly resourceSpans: readonly {
    readonly resource: Resource;
    readonly scopeSpans: readonly { readonly spans: readonly WireSpan[] }[];
  }[];
}
interface WirePoint {
  readonly attributes: readonly KeyValue[];
  readonly asDouble?: number;
  readonly asInt?: string;
  readonly sum?: number;
  readonly count?: string;
  readonly explicitBounds?: readonly number[];
}
interface WireMetric {
  readonly name: string;
  readonly unit: string;
  readonly gauge?: { readonly dataPoints: readonly WirePoint[] };
  readonly sum?: { readonly dataPoints: readonly WirePoint[] };
  readonly histogram?: { readonly dataPoints: readonly WirePoint[] };
}
interface MetricsRequest {
  readonly resourceMetrics: readonly {
    readonly resource: Resource;
    readonly scopeMetrics: readonly { readonly metrics: readonly WireMetric[] }[];
  }[];
}

function takeSpans({ resourceSpans }: TraceRequest): void {
  const spans: ReceivedSpan[] = [];
  for (const { resource, scopeSpans } of resourceSpans) {
    const service = plainAttributes(resource.attributes);
    if (typeof service['service.name'] !== 'string') throw new Error('a resource without service.name');
    for (const scope of scopeSpans) for (const span of scope.spans) spans.push(spanOf(span, service));
  }
  received.spans.push(...spans);
}

function spanOf(span: WireSpan, resource: ReceivedSpan['resource']): ReceivedSpan {
  const repeats = resource['service.name'] === REPEATS;
  const plain = (attributes: readonly KeyValue[]) => plainAttributes(attributes, { repeats });
  const traceId = id(span.traceId, 16);
  const spanId = id(span.spanId, 8);
  const parentSpanId = span.parentSpanId === '' ? null : id(span.parentSpanId, 8);
  if (span.name === '') throw new Error(`span ${spanId} has no name`);
  const [start, end] = [BigInt(span.startTimeUnixNano), BigInt(span.endTimeUnixNano)];
  if (start <= 0n || end < start) throw new Error(`span ${span.name} ends at ${end}, before its start at ${start}`);
  return {
    traceId,
    spanId,
    parentSpanId,
    name: span.name,
    kind: span.kind,
    startMs: Number(start / 1_000_000n),
    endMs: Number(end / 1_000_000n),
    attributes: plain(span.attributes),
    events: span.events.map(({ name, attributes }) => ({ name, attributes: plain(attributes) })),
    links: span.links.map((link) => id(link.traceId, 16) && id(link.spanId, 8)),
    status: span.status?.code ?? 'STATUS_CODE_UNSET',
    resource,
  };
}

function id(base64: string, bytes: number): string {
  const hex = Buffer.from(base64, 'base64').toString('hex');
  if (hex.length !== bytes * 2 || /^0*$/.test(hex)) throw new Error(`an id of ${bytes} bytes is ${hex || 'empty'}`);
  return hex;
}

function takeMetrics({ resourceMetrics }: MetricsRequest): void {
  const metrics: ReceivedMetric[] = [];
  for (const { resource, scopeMetrics } of resourceMetrics) {
    if (typeof plainAttributes(resource.attributes)['service.name'] !== 'string')
      throw new Error('a resource without service.name');
    for (const scope of scopeMetrics) for (const metric of scope.metrics) metrics.push(...pointsOf(metric));
  }
  received.metrics.push(...metrics);
}

function pointsOf({ name, unit, gauge, sum, histogram }: WireMetric): ReceivedMetric[] {
  const data = gauge ?? sum ?? histogram;
  if (name === '' || !data) throw new Error(`the metric ${name || 'without a name'} has no data`);
  return data.dataPoints.map((point) => ({
    name,
    unit,
    attributes: plainAttributes(point.attributes),
    value: histogram ? (point.sum ?? 0) : (point.asDouble ?? Number(point.asInt ?? 0)),
    count: histogram ? Number(point.count ?? 0) : 1,
    bounds: [...(point.explicitBounds ?? [])],
  }));
}
