import type { Logger } from '@agor/runtime';
import type { Problems } from '../../problems/index.ts';

const PROBLEM = 'telemetry-export';
const SUCCESS = 0;

/** As the SDK tells it. */
export interface ExportResult {
  readonly code: number;
  readonly error?: Error;
}

interface Exports<Items> {
  export(items: Items, done: (result: ExportResult) => void): void;
}

/** Where telemetry goes. That it can't be reached is said once, until it can again; what could not be sent is let go. */
export class Destination {
  readonly #failing = new Set<string>();

  constructor(
    private readonly endpoint: string,
    private readonly problems: Pick<Problems, 'raise' | 'clear'>,
    private readonly log: Logger,
  ) {}

  /** Watches how an exporter fares. */
  watch<Items, E extends Exports<Items>>(signal: 'traces' | 'metrics', exporter: E & Exports<Items>): E {
    const send = exporter.export.bind(exporter);
    exporter.export = (items, done) =>
      send(items, (result) => {
        if (result.code === SUCCESS) this.#works(signal);
        else this.#fails(signal, result.error);
        done(result);
      });
    return exporter;
  }

  #works(signal: string): void {
    if (!this.#failing.delete(signal) || this.#failing.size > 0) return;
    this.problems.clear(PROBLEM);
    this.log.info('telemetry is exported again', { endpoint: this.endpoint });
  }

  #fails(signal: string, error: Error | undefined): void {
    const first = this.#failing.size === 0;
    this.#failing.add(signal);
    if (!first) return;
    const reason = error?.message || 'no answer';
    this.log.warn('telemetry can not be exported', { endpoint: this.endpoint, signal, reason });
    this.problems.raise(
      PROBLEM,
      `Telemetry does not reach the collector at ${this.endpoint} (${reason}). agor works on without it; start the collector, or correct AGOR_OTLP_ENDPOINT and restart the hub.`,
    );
  }
}
