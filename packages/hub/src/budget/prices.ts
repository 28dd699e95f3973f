import type { TokenUsage } from '@agor/protocol';

/** List prices in US dollars per million tokens. */
interface Price {
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
}

const price = (input: number, output: number, cacheRead = input / 10, cacheWrite = input * 1.25): Price => ({
  input,
  output,
  cacheRead,
  cacheWrite,
});

/**
 * What a model's name begins with → its list price; the first that fits counts. Only for the estimate while a turn runs, and for turns
 * whose provider tells no cost: what the provider tells stands.
 */
const PRICES: readonly (readonly [RegExp, Price])[] = [
  [/^claude-opus-4(-[01])?(-20\d+)?$/, price(15, 75)],
  [/^claude-opus-4-[5-9]/, price(5, 25)],
  [/^claude-sonnet-4/, price(3, 15)],
  [/^claude-haiku-4-5/, price(1, 5)],
  [/^claude-3-[57]-sonnet/, price(3, 15)],
  [/^claude-3-5-haiku/, price(0.8, 4)],
  [/^gpt-5(\.1)?(-codex)?(-20\d.*)?$/, price(1.25, 10, 0.125, 1.25)],
  [/^gpt-5-mini/, price(0.25, 2, 0.025, 0.25)],
  [/^gemini-2\.5-pro/, price(1.25, 10, 0.125, 1.25)],
  [/^gemini-2\.5-flash$/, price(0.3, 2.5, 0.03, 0.3)],
];

/** In US dollars; null for a model whose price agor does not know. */
export function priceOf(model: string | undefined, tokens: TokenUsage): number | null {
  const known = model === undefined ? undefined : PRICES.find(([name]) => name.test(model))?.[1];
  if (!known) return null;
  const { inputTokens, outputTokens, cacheReadTokens, cacheCreationTokens } = tokens;
  const parts =
    inputTokens * known.input +
    outputTokens * known.output +
    cacheReadTokens * known.cacheRead +
    cacheCreationTokens * known.cacheWrite;
  return parts / 1_000_000;
}

export function sumOf(tokens: TokenUsage): number {
  return tokens.inputTokens + tokens.outputTokens + tokens.cacheReadTokens + tokens.cacheCreationTokens;
}
