import type { SpentTokens } from '@agor/protocol';
import type { CountedCall, Memory } from './memory.ts';
import type { Usage } from './vendor-events.ts';

/**
 * What a call of the model used beyond what was told of it before; null when that is nothing. The CLI repeats a call's usage with each block
 * of its message, and what is told first may still grow, so each amount counts as far as it is above the last one.
 */
export function newlySpent(
  memory: Memory,
  id: string | undefined,
  model: string | undefined,
  usage: Usage,
): SpentTokens | null {
  if (id === undefined) return null;
  const known = memory.calls.find((call) => call.id === id);
  const before: CountedCall = known ?? {
    id,
    model: '',
    input: 0,
    output: 0,
    cacheRead: 0,
    cacheCreation: 0,
    cacheHour: 0,
  };
  const now: CountedCall = {
    id,
    model: model ?? before.model,
    input: Math.max(before.input, usage.input_tokens ?? 0),
    output: Math.max(before.output, usage.output_tokens ?? 0),
    cacheRead: Math.max(before.cacheRead, usage.cache_read_input_tokens ?? 0),
    cacheCreation: Math.max(before.cacheCreation, usage.cache_creation_input_tokens ?? 0),
    cacheHour: Math.max(before.cacheHour, usage.cache_creation?.ephemeral_1h_input_tokens ?? 0),
  };
  memory.calls = [...memory.calls.filter((call) => call.id !== id), now];
  const spent: SpentTokens = {
    ...(now.model === '' ? {} : { model: now.model }),
    inputTokens: now.input - before.input,
    outputTokens: now.output - before.output,
    cacheReadTokens: now.cacheRead - before.cacheRead,
    cacheCreationTokens: now.cacheCreation - before.cacheCreation,
    ...(now.cacheHour > before.cacheHour ? { cacheCreationHourTokens: now.cacheHour - before.cacheHour } : {}),
  };
  const isNews = spent.inputTokens + spent.outputTokens + spent.cacheReadTokens + spent.cacheCreationTokens > 0;
  return isNews ? spent : null;
}
