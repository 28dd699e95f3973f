import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-proto';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { defaultResource, detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources';
import { MeterProvider, PeriodicExportingMetricReader, type PushMetricExporter } from '@opentelemetry/sdk-metrics';
import {
  AlwaysOnSampler,
  BatchSpanProcessor,
  ParentBasedSampler,
  type SpanExporter,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import type { Exporter, ExporterOptions } from '../types.ts';
import { AgentTraces } from './agent-traces.ts';
import { Calls } from './calls.ts';
import { Content, wantsContent } from './content.ts';
import { Destination } from './destination.ts';
import { Measures } from './measures.ts';
import { GivenIds, Spans } from './spans.ts';

const SERVICE = 'agent-orchestrator';
/** Spans that wait to be sent; more are let go. */
const MAX_WAITING = 4_096;
const MAX_BATCH = 512;
/** When spans and metrics are sent, if the standard's variables say nothing else; and how long one sending may take. In ms. */
const SPANS_EVERY_MS = 5_000;
const METRICS_EVERY_MS = 60_000;
const SEND_LIMIT_MS = 10_000;
/** How long the hub's end waits for what was not sent yet. */
const CLOSE_LIMIT_MS = 2_000;

export interface Sinks {
  readonly spans: SpanExporter;
  readonly metrics: PushMetricExporter;
}

/** Exports to a collector by OTLP over HTTP, until it is closed. It is loaded only when a collector is configured. */
export function openExporter(options: ExporterOptions, sinks: Sinks = collector(options)): Exporter {
  const { bus, sessions, agentName, messagesOf, clock, env } = options;
  const resource = defaultResource()
    .merge(resourceFromAttributes({ 'service.name': SERVICE, 'service.version': options.version }))
    .merge(detectResources({ detectors: [envDetector] }));
  const ids = new GivenIds();
  const tracers = new TracerProvider({
    resource,
    idGenerator: ids,
    sampler: new ParentBasedSampler({ root: new AlwaysOnSampler() }),
    spanProcessors: [
      new BatchSpanProcessor({
        exporter: sinks.spans,
        maxQueueSize: MAX_WAITING,
        maxExportBatchSize: MAX_BATCH,
        scheduledDelayMillis: milliseconds(env.OTEL_BSP_SCHEDULE_DELAY, SPANS_EVERY_MS),
        exportTimeoutMillis: SEND_LIMIT_MS,
      }),
    ],
  });
  const every = milliseconds(env.OTEL_METRIC_EXPORT_INTERVAL, METRICS_EVERY_MS);
  const reader = new PeriodicExportingMetricReader({
    exporter: sinks.metrics,
    exportIntervalMillis: every,
    exportTimeoutMillis: Math.min(SEND_LIMIT_MS, every),
  });
  const meters = new MeterProvider({ resource, readers: [reader] });
  const spans = new Spans(tracers.getTracer('agor', options.version), ids);
  const measures = new Measures(meters.getMeter('agor', options.version), clock);
  const content = new Content(wantsContent(env), options.redact);
  const traces = new AgentTraces({ bus, sessions, agentName, messagesOf }, { spans, measures, content });
  const calls = new Calls(spans, clock);
  options.watchOutbox(calls);
  measures.watch({ ...traces.standings, commands: options.pendingCommands });
  return {
    call: (call, next) => calls.call(call, next),
    close: async () => {
      traces[Symbol.dispose]();
      measures[Symbol.dispose]();
      const sent = Promise.allSettled([tracers.shutdown(), meters.shutdown()]);
      const late = Promise.withResolvers<void>();
      using _limit = clock.setTimeout(late.resolve, CLOSE_LIMIT_MS);
      await Promise.race([sent, late.promise]);
    },
  };
}

function collector({ endpoint, problems, log }: ExporterOptions): Sinks {
  const base = endpoint.replace(/\/+$/, '');
  const destination = new Destination(withoutPassword(base), problems, log);
  const limits = { timeoutMillis: SEND_LIMIT_MS, concurrencyLimit: 4 };
  return {
    spans: destination.watch('traces', new OTLPTraceExporter({ ...limits, url: `${base}/v1/traces` })),
    metrics: destination.watch('metrics', new OTLPMetricExporter({ ...limits, url: `${base}/v1/metrics` })),
  };
}

/** As it may be shown. */
function withoutPassword(address: string): string {
  const url = new URL(address);
  url.username = '';
  url.password = '';
  return url.href.replace(/\/$/, '');
}

/** A variable of the standard that has no number in it counts as not set. */
function milliseconds(value: string | undefined, otherwise: number): number {
  const number = Number(value);
  return value !== undefined && Number.isFinite(number) && number > 0 ? number : otherwise;
}
