import type { Output } from './output.ts';
import type { TokenUsageEvent } from './vendor-events.ts';

const NOTHING = { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheCreationTokens: 0 };

/**
 * After each model call: what it used, and the sum of the thread, which goes on over resumes and forks. So a turn's tokens are added up
 * call by call; a sum that is told again, as after a resume, is no call.
 */
export function adaptUsage({ tokenUsage: { total, last, modelContextWindow } }: TokenUsageEvent, out: Output): void {
  const { memory } = out;
  if (!out.inSubagent && total.totalTokens === memory.totalTokens && last.totalTokens === memory.contextTokens) return;
  const spent = out.inSubagent || total.totalTokens !== memory.totalTokens;
  const call = {
    inputTokens: Math.max(0, last.inputTokens - last.cachedInputTokens),
    outputTokens: last.outputTokens,
    cacheReadTokens: last.cachedInputTokens,
    cacheCreationTokens: last.cacheWriteInputTokens,
  };
  if (spent) {
    const { turn } = memory;
    memory.turn = {
      inputTokens: turn.inputTokens + call.inputTokens,
      outputTokens: turn.outputTokens + call.outputTokens,
      cacheReadTokens: turn.cacheReadTokens + call.cacheReadTokens,
      cacheCreationTokens: turn.cacheCreationTokens + call.cacheCreationTokens,
    };
  }
  if (out.inSubagent) {
    // Its window is its own; only what it spends is the session's.
    out.addCounted('usage', {}, call);
    return;
  }
  memory.totalTokens = total.totalTokens;
  memory.contextTokens = last.totalTokens;
  if (modelContextWindow != null && modelContextWindow > 0) memory.contextWindow = modelContextWindow;
  out.addCounted('usage', { contextTokens: memory.contextTokens, ...windowOf(out) }, spent ? call : undefined);
}

/** What the turn used. Codex tells no prices, and none are invented. */
export function tellCost(turnId: string, durationMs: number, isError: boolean, out: Output): void {
  const { memory } = out;
  out.add('cost', `${turnId}-cost`, {
    totalCostUsd: 0,
    durationMs,
    ...memory.turn,
    numTurns: 1,
    isError,
    ...(memory.contextTokens > 0 ? { contextTokens: memory.contextTokens } : {}),
    ...windowOf(out),
  });
  memory.turn = NOTHING;
}

function windowOf({ memory }: Output): { contextWindow?: number } {
  return memory.contextWindow > 0 ? { contextWindow: memory.contextWindow } : {};
}
