import type { AgentMessage, MessageOf, Prices, SessionEvent, SpentTokens } from '@agor/protocol';
import { z } from 'zod';
import { priceOf, sumOf } from './prices.ts';

/** What was spent. `unpricedTokens`: the part of `tokens` that is not in `usd`. */
export const Spent = z.object({ usd: z.number(), tokens: z.number(), unpricedTokens: z.number() });
export type Spent = z.infer<typeof Spent>;
export const NOTHING: Spent = { usd: 0, tokens: 0, unpricedTokens: 0 };

const Running = z.object({
  /** As providers told it, call by call. */
  told: Spent,
  toldOutput: z.number(),
  /** By the length of what was said and read; counts as far as nothing was told. */
  said: z.number(),
  read: z.number(),
  /** The provider's own sum since the last cost; null when it told none. */
  vendorUsd: z.number().nullable(),
});

/** How far a session's log is counted, and what is spent since its last cost. */
export const Meter = z.object({
  seq: z.number(),
  /** An agent ran here: what stands before that in a log is a copy (fork, import), and was paid elsewhere. */
  live: z.boolean(),
  model: z.string().optional(),
  totalUsd: z.number(),
  /** What this agent says costs nothing: its model runs on a computer of one's own. */
  free: z.boolean().default(false),
  running: Running,
});
export type Meter = z.infer<typeof Meter>;

const AT_REST: z.infer<typeof Running> = { told: NOTHING, toldOutput: 0, said: 0, read: 0, vendorUsd: null };
export const NEW_METER: Meter = { seq: 0, live: false, totalUsd: 0, free: false, running: AT_REST };

/** Rough, for what no provider has counted yet. */
const CHARS_PER_TOKEN = 4;

/** One event further; `spent` is final then. A turn that ends without a cost counts as it was estimated. Pure. */
export function step(meter: Meter, event: SessionEvent, prices: Prices = {}): { meter: Meter; spent?: Spent } {
  const next = { ...meter, seq: event.seq };
  switch (event.kind) {
    case 'sessionCreated':
    case 'settingsChanged':
    case 'agentInfo':
      return { meter: { ...next, model: event.model ?? meter.model } };
    case 'processStarted':
      return { meter: { ...next, live: true } };
    case 'turnEnded':
    case 'processExited': {
      const spent = estimate(meter, prices);
      return { meter: { ...next, running: AT_REST }, ...(spent.tokens > 0 || spent.usd > 0 ? { spent } : {}) };
    }
    case 'message':
      return meter.live ? withMessage(next, event.message, prices) : { meter: next };
    default:
      return { meter: next };
  }
}

/** What the turn that runs has cost so far, as far as one can know. */
export function estimate({ running, model, free }: Meter, prices: Prices = {}): Spent {
  const { told, toldOutput, said, read, vendorUsd } = running;
  const outputTokens = Math.max(0, said - toldOutput);
  const inputTokens = told.tokens === 0 ? read : 0;
  const guessed = { inputTokens, outputTokens, cacheReadTokens: 0, cacheCreationTokens: 0 };
  const guess = priced(model, free ? { ...guessed, costUsd: 0 } : guessed, prices);
  const sum = add(told, guess);
  return vendorUsd === null ? sum : { ...sum, usd: Math.max(sum.usd, vendorUsd) };
}

export function add(a: Spent, b: Spent): Spent {
  return { usd: a.usd + b.usd, tokens: a.tokens + b.tokens, unpricedTokens: a.unpricedTokens + b.unpricedTokens };
}

function withMessage(meter: Meter, message: AgentMessage, prices: Prices): { meter: Meter; spent?: Spent } {
  if (message.type === 'cost') return costed(meter, message, prices);
  const model = message.type === 'init' ? (message.content.model ?? meter.model) : meter.model;
  const running = { ...meter.running };
  if (message.spent) {
    running.told = add(running.told, priced(message.spent.model ?? model, message.spent, prices, true));
    running.toldOutput += message.spent.outputTokens;
  }
  if (message.type === 'usage' && message.content.totalCostUsd !== undefined)
    running.vendorUsd = Math.max(0, message.content.totalCostUsd - meter.totalUsd);
  running.said += saidIn(message);
  if (message.type === 'tool_result') running.read += tokensOf(message.content.output);
  const free = message.spent ? message.spent.costUsd === 0 : meter.free;
  return { meter: { ...meter, model, free, running } };
}

function costed(meter: Meter, { content }: MessageOf<'cost'>, prices: Prices): { meter: Meter; spent: Spent } {
  const { inputTokens, outputTokens, cacheReadTokens = 0, cacheCreationTokens = 0, totalCostUsd } = content;
  const tokens = { inputTokens, outputTokens, cacheReadTokens, cacheCreationTokens };
  const grown = Math.max(0, totalCostUsd - meter.totalUsd);
  // A provider that tells no prices tells a total of nothing.
  const usd = content.costUsd ?? (grown > 0 ? grown : null);
  const spent = usd === null ? priced(meter.model, tokens, prices) : { usd, tokens: sumOf(tokens), unpricedTokens: 0 };
  const free = usd === 0 && spent.tokens > 0;
  return { meter: { ...meter, totalUsd: totalCostUsd, free, running: AT_REST }, spent };
}

function priced(model: string | undefined, tokens: SpentTokens, prices: Prices, isCall = false): Spent {
  const usd = priceOf(model, tokens, prices, isCall);
  const sum = sumOf(tokens);
  return { usd: usd ?? 0, tokens: sum, unpricedTokens: usd === null ? sum : 0 };
}

function saidIn(message: AgentMessage): number {
  if (message.type === 'text' || message.type === 'thinking') return tokensOf(message.content.text);
  return message.type === 'tool_call' ? tokensOf(JSON.stringify(message.content.input) ?? '') : 0;
}

function tokensOf(text: string): number {
  return Math.ceil(text.length / CHARS_PER_TOKEN);
}
