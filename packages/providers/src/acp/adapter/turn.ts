import { classify } from '../../errors.ts';
import type { TurnEvent } from './events.ts';
import type { Output } from './output.ts';

/** Stop reasons that say more than that the turn is over. */
const REASONS: Readonly<Record<string, string>> = {
  max_tokens: 'The answer was cut: the model reached its limit of tokens.',
  max_turn_requests: 'The agent reached its limit of model calls for one prompt.',
  refusal: 'The agent refuses to go on with this conversation.',
};

/** The end of a turn: why it failed, and what it cost where the agent tells. */
export function adaptTurn({ stopReason, durationMs, usage, error }: TurnEvent, out: Output): void {
  const { memory } = out;
  if (error) out.add('error', { message: error.message, ...classify(error.message, error.status ?? null) });
  const reason = stopReason === null ? undefined : REASONS[stopReason];
  if (reason) out.add('status', { subtype: stopReason ?? 'ended', message: reason });
  const costUsd = Math.max(0, memory.totalCostUsd - memory.billedUsd);
  memory.billedUsd = memory.totalCostUsd;
  if (!usage && costUsd === 0) return;
  out.add('cost', {
    totalCostUsd: memory.totalCostUsd,
    ...(memory.tellsCost ? { costUsd } : {}),
    durationMs,
    inputTokens: usage?.inputTokens ?? 0,
    outputTokens: usage?.outputTokens ?? 0,
    cacheReadTokens: usage?.cacheReadTokens ?? 0,
    cacheCreationTokens: usage?.cacheCreationTokens ?? 0,
    numTurns: 1,
    isError: error !== undefined,
    ...(memory.contextTokens > 0 ? { contextTokens: memory.contextTokens } : {}),
    ...(memory.contextWindow > 0 ? { contextWindow: memory.contextWindow } : {}),
  });
}
