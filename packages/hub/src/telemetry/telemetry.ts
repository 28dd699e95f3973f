import { err, ok, programFile, type Result } from '@agor/runtime';
import type { TraceparentOf } from '../agent-context/index.ts';
import { traceparentOf } from './span-ids.ts';
import type { Exporter, ExporterOptions, ProcedureCall } from './types.ts';

/** What the exporter is told of the hub once that is put together. */
export type TelemetryParts = Omit<ExporterOptions, 'endpoint' | 'env'>;

/**
 * The switch of telemetry: `AGOR_OTLP_ENDPOINT`. Without it nothing of the exporter is loaded, nothing listens and no prompt begins a trace.
 * The exporter is a file of its own beside the hub's, so that what it is made of costs a hub without it nothing.
 */
export class Telemetry {
  readonly traceparentOf: TraceparentOf;
  #exporter: Exporter | null = null;

  private constructor(private readonly endpoint: string) {
    this.traceparentOf = traceparentOf;
  }

  /** Null when it is not configured. Fails with words for the person when it is configured wrongly. */
  static configured(env: ExporterOptions['env']): Result<Telemetry | null, string> {
    const endpoint = env.AGOR_OTLP_ENDPOINT?.trim();
    if (!endpoint) return ok(null);
    if (isHttp(endpoint)) return ok(new Telemetry(endpoint));
    return err(
      'AGOR_OTLP_ENDPOINT is no http or https address, so no telemetry is exported. For example: http://127.0.0.1:4318',
    );
  }

  /** Loads the exporter and starts it. */
  async start(parts: TelemetryParts, env: ExporterOptions['env']): Promise<void> {
    this.#exporter = (await loadExporter()).openExporter({ ...parts, endpoint: this.endpoint, env });
  }

  call<T>(call: ProcedureCall, next: () => Promise<T>): Promise<T> {
    return this.#exporter ? this.#exporter.call(call, next) : next();
  }

  async close(): Promise<void> {
    await this.#exporter?.close();
  }
}

type ExporterModule = typeof import('./exporter/main.ts');

/** By a name that the bundler does not know: it would put all of it into the hub's own file. */
async function loadExporter(): Promise<ExporterModule> {
  const file = programFile('telemetry', import.meta);
  const loaded: ExporterModule & { readonly default?: ExporterModule } = await import(file);
  return loaded.default ?? loaded; // a bundle is CommonJS
}

function isHttp(address: string): boolean {
  const { protocol } = URL.parse(address) ?? {};
  return protocol === 'http:' || protocol === 'https:';
}
