import type { Clock } from '@agor/runtime';
import type { Attributes, Meter } from '@opentelemetry/api';
import type { CountedTurn } from '../../events/index.ts';
import { DURATION_BUCKETS, GEN_AI, TOKEN_BUCKETS, TURN_BUCKETS } from './conventions.ts';

/** How often the event loop's lateness is measured, in ms. */
const LOOP_EVERY_MS = 1_000;

/** What is read when the metrics are sent. */
export interface Standings {
  readonly turns: () => number;
  readonly asks: () => number;
  readonly prompts: () => number;
  readonly commands: () => number;
}

/** The numbers that are exported. */
export class Measures implements Disposable {
  readonly #tokens;
  readonly #operation;
  readonly #invoke;
  readonly #tool;
  readonly #cost;
  readonly #own = new DisposableStack();

  constructor(
    private readonly meter: Meter,
    clock: Clock,
  ) {
    const seconds = (description: string, explicitBucketBoundaries: number[]) => ({
      unit: 's',
      description,
      advice: { explicitBucketBoundaries },
    });
    this.#tokens = meter.createHistogram('gen_ai.client.token.usage', {
      unit: '{token}',
      description: 'Number of input and output tokens used.',
      advice: { explicitBucketBoundaries: TOKEN_BUCKETS },
    });
    this.#operation = meter.createHistogram(
      'gen_ai.client.operation.duration',
      seconds('GenAI operation duration.', DURATION_BUCKETS),
    );
    this.#invoke = meter.createHistogram('gen_ai.invoke_agent.duration', seconds('Duration of a turn.', TURN_BUCKETS));
    this.#tool = meter.createHistogram(
      'gen_ai.execute_tool.duration',
      seconds('Duration of a tool call.', TURN_BUCKETS),
    );
    this.#cost = meter.createCounter('agor.cost', {
      unit: '{USD}',
      description: 'What turns have cost, at list prices.',
    });
    const late = meter.createHistogram(
      'agor.hub.loop.delay',
      seconds("How late the hub's event loop is.", DURATION_BUCKETS),
    );
    let due = clock.monotonic() + LOOP_EVERY_MS;
    const timer = clock.setInterval(() => {
      const now = clock.monotonic();
      late.record(Math.max(0, now - due) / 1000);
      due = now + LOOP_EVERY_MS;
    }, LOOP_EVERY_MS);
    this.#own.defer(() => timer.cancel());
  }

  [Symbol.dispose](): void {
    this.#own.dispose();
  }

  watch(standings: Standings): void {
    const gauge = (name: string, unit: string, description: string, read: () => number) =>
      this.meter.createObservableGauge(name, { unit, description }).addCallback((result) => result.observe(read()));
    gauge('agor.turns.running', '{turn}', 'Turns that run.', standings.turns);
    gauge('agor.asks.open', '{ask}', 'Questions that wait for a person.', standings.asks);
    gauge('agor.prompts.waiting', '{prompt}', 'Prompts that wait in queues.', standings.prompts);
    gauge('agor.commands.pending', '{command}', 'Commands that the machine has not taken yet.', standings.commands);
    gauge('process.memory.usage', 'By', "The hub's memory.", () => process.memoryUsage.rss());
  }

  /** A turn that ended. `attributes`: its provider and models, and how it failed. */
  turn(ms: number, attributes: Attributes, counted: CountedTurn | undefined): void {
    const all = { ...attributes, [GEN_AI.operation]: 'invoke_agent' };
    this.#invoke.record(ms / 1000, all);
    if (!counted) return;
    const { inputTokens, outputTokens, costUsd } = counted;
    if (inputTokens > 0) this.#tokens.record(inputTokens, { ...all, [GEN_AI.tokenType]: 'input' });
    if (outputTokens > 0) this.#tokens.record(outputTokens, { ...all, [GEN_AI.tokenType]: 'output' });
    if (costUsd > 0) this.#cost.add(costUsd, attributes);
  }

  /** A call of a model. */
  operation(ms: number, attributes: Attributes): void {
    this.#operation.record(ms / 1000, attributes);
  }

  /** A call of a tool; not by its name, of which there may be any number. */
  tool(ms: number, failure: Attributes): void {
    this.#tool.record(ms / 1000, { [GEN_AI.operation]: 'execute_tool', ...failure });
  }
}
