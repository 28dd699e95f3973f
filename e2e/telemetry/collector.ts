import { join } from 'node:path';
import { until } from '@agor/runtime/testing';

type Attributes = Record<string, string | number | boolean>;

export interface ReceivedSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | null;
  readonly name: string;
  readonly kind: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly attributes: Attributes;
  readonly events: readonly { readonly name: string; readonly attributes: Attributes }[];
  /** Spans of other traces, by their ids. */
  readonly links: readonly string[];
  readonly status: string;
  readonly resource: Attributes;
}

/** A data point; of a histogram with the sum of its values. */
export interface ReceivedMetric {
  readonly name: string;
  readonly unit: string;
  readonly attributes: Attributes;
  readonly value: number;
  readonly count: number;
  readonly bounds: readonly number[];
}

export interface Received {
  readonly spans: ReceivedSpan[];
  readonly metrics: ReceivedMetric[];
  /** Why batches were refused. */
  readonly refused: string[];
  batches: number;
}

/** The receiver's process, and what it has received. */
export class Collector implements AsyncDisposable {
  private constructor(
    readonly url: string,
    private readonly child: Bun.Subprocess<'pipe', 'pipe', 'inherit'>,
  ) {}

  static async start(): Promise<Collector> {
    const child = Bun.spawn([process.execPath, join(import.meta.dir, 'collector-main.ts')], {
      stdin: 'pipe',
      stdout: 'pipe',
      stderr: 'inherit',
    });
    for await (const chunk of child.stdout) return new Collector(new TextDecoder().decode(chunk).trim(), child);
    throw new Error('the collector ended before it said where it is');
  }

  async received(): Promise<Received> {
    return (await (await fetch(`${this.url}/received`)).json()) as Received;
  }

  /** Resolves when what was received fulfils this; fails with the names of what came instead. */
  async has(what: string, fulfilled: (received: Received) => boolean): Promise<Received> {
    let last: Received | undefined;
    try {
      await until(what, async () => {
        last = await this.received();
        return fulfilled(last);
      });
    } catch (error) {
      throw new Error(
        `${error}. It received: ${last?.spans.map(({ name }) => name)}; refused: ${last?.refused.slice(0, 3)}`,
      );
    }
    return last as Received;
  }

  /** Ends the process, as a collector that crashes. */
  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.child.exited;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
  }
}
