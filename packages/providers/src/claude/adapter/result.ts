import { classifyFailure, readableErrors, resultError, wasInterrupted } from '../failures.ts';
import type { Memory } from './memory.ts';
import type { Output } from './output.ts';
import { textOf } from './texts.ts';
import type { ResultEvent } from './vendor-events.ts';

/** The end of a turn: what it cost, and why it failed where nothing said so before. */
export function adaptResult(event: ResultEvent, out: Output): void {
  const { memory } = out;
  const text = event.result == null ? undefined : textOf(event.result);
  const failed = event.is_error && !wasInterrupted(event.terminal_reason);
  if (failed && !memory.errorTold) {
    const message = resultError({ subtype: event.subtype, text, errors: event.errors });
    out.add('error', 'error', { message, ...classifyFailure(message, null, event.api_error_status) });
  }
  memory.errorTold = false;

  const bill = billOf(event, memory);
  memory.totalCostUsd += bill.costUsd;
  memory.vendorTotalUsd = event.total_cost_usd;
  const contextTokens = memory.contextTokens + (event.agor_output_tokens ?? 0);
  const contextWindow = windowOf(event, memory);
  const errors = readableErrors(event.errors);
  out.add('cost', 'cost', {
    totalCostUsd: memory.totalCostUsd,
    ...bill,
    durationMs: event.duration_ms,
    numTurns: event.num_turns,
    isError: failed,
    ...(text ? { result: text } : {}),
    ...(errors.length > 0 ? { errors } : {}),
    ...(contextTokens > 0 ? { contextTokens } : {}),
    ...(contextWindow === undefined ? {} : { contextWindow }),
  });
}

interface Bill {
  readonly costUsd: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cacheReadTokens: number;
  readonly cacheCreationTokens: number;
}

/**
 * What was spent since the last result, subagents and compactions included. `total_cost_usd` adds up over the CLI's process, not over the
 * session: a resume starts it at zero. It is used only when the CLI does not tell each result's own.
 */
function billOf(event: ResultEvent, memory: Memory): Bill {
  const models = Object.values(event.model_usage_since_last_result ?? {});
  if (event.model_usage_since_last_result) {
    const sum = (pick: (usage: (typeof models)[number]) => number) =>
      models.reduce((total, each) => total + pick(each), 0);
    return {
      costUsd: sum((usage) => usage.costUSD),
      inputTokens: sum((usage) => usage.inputTokens),
      outputTokens: sum((usage) => usage.outputTokens),
      cacheReadTokens: sum((usage) => usage.cacheReadInputTokens),
      cacheCreationTokens: sum((usage) => usage.cacheCreationInputTokens),
    };
  }
  const grown = event.total_cost_usd - memory.vendorTotalUsd;
  return {
    costUsd: grown >= 0 ? grown : event.total_cost_usd,
    inputTokens: event.usage?.input_tokens ?? 0,
    outputTokens: event.usage?.output_tokens ?? 0,
    cacheReadTokens: event.usage?.cache_read_input_tokens ?? 0,
    cacheCreationTokens: event.usage?.cache_creation_input_tokens ?? 0,
  };
}

function windowOf(event: ResultEvent, memory: Memory): number | undefined {
  const own = event.modelUsage[memory.model]?.contextWindow;
  const any = Object.values(event.modelUsage).find((usage) => usage.contextWindow !== undefined)?.contextWindow;
  const window = own ?? any;
  return window !== undefined && window > 0 ? window : undefined;
}
