import type { ModelPrice, Prices, SpentTokens } from '@agor/protocol';

/** List prices in US dollars per million tokens. */
interface Price extends Required<ModelPrice> {
  /** Written for an hour, where the vendor has that. */
  readonly cacheWriteHour: number;
  /** Of a call with a longer prompt than this, the whole call is dearer. */
  readonly long?: { readonly above: number; readonly input: number; readonly output: number };
}

type More = Partial<Omit<Price, 'input' | 'output'>>;

const price = (input: number, output: number, more: More = {}): Price => ({
  input,
  output,
  cacheRead: input / 10,
  cacheWrite: input * 1.25,
  cacheWriteHour: input * 2,
  ...more,
});
/** OpenAI wrote into its cache for nothing before GPT-5.6. */
const older = (input: number, output: number, more: More = {}): Price =>
  price(input, output, { cacheWrite: input, ...more });
const LONG: More = { long: { above: 272_000, input: 2, output: 1.5 } };

/**
 * What a model's name begins with → its list price; the first that fits counts. Only for the estimate while a turn runs, and for turns
 * whose provider tells no cost: what the provider tells stands. Checked on 22 November 2026 with
 * https://platform.claude.com/docs/en/about-claude/pricing, https://developers.openai.com/api/docs/pricing (and its page of each model) and
 * https://ai.google.dev/gemini-api/docs/pricing. Gemini's Flash models from 3.6 on cost half of this until the end of 2026.
 */
const PRICES: readonly (readonly [RegExp, Price])[] = [
  [/^claude-(fable|mythos)-5-1/, price(10, 50, { cacheRead: 0.25 })],
  [/^claude-(fable|mythos)-5/, price(10, 50)],
  [/^claude-opus-5-5/, price(4, 20, { cacheRead: 0.2 })],
  [/^claude-opus-(5|4-[5-9])/, price(5, 25)],
  [/^claude-opus-4/, price(15, 75)],
  [/^claude-sonnet-5-5/, price(2, 10, { cacheRead: 0.1 })],
  [/^claude-sonnet-5/, price(2, 10)],
  [/^claude-sonnet-4|^claude-3-[57]-sonnet/, price(3, 15)],
  [/^claude-haiku-5-5/, price(0.1, 0.5, { long: { above: 100_000, input: 5, output: 5 } })],
  [/^claude-haiku-4-5/, price(1, 5)],
  [/^claude-3-5-haiku/, price(0.8, 4)],
  [/^gpt-6\.2-astra/, price(8, 40, { cacheRead: 0.4, ...LONG })],
  [/^gpt-6-astra/, price(10, 50, LONG)],
  [/^gpt-6\.[12]-sol/, price(2, 10, { cacheRead: 0.1, ...LONG })],
  [/^gpt-6-sol/, price(2, 10, LONG)],
  [/^gpt-6\.1-terra/, price(1, 5, { cacheRead: 0.05, ...LONG })],
  [/^gpt-6-luna/, price(0.1, 0.5, LONG)],
  [/^gpt-5\.6-luna/, price(0.2, 1.2, LONG)],
  [/^gpt-5\.6-terra/, price(2, 12, LONG)],
  [/^gpt-5\.6/, price(4, 20, LONG)],
  [/^gpt-5\.5(-20\d.*)?$/, older(5, 30, LONG)],
  [/^gpt-5\.4-mini/, older(0.75, 4.5)],
  [/^gpt-5\.4-nano/, older(0.2, 1.25)],
  [/^gpt-5\.4(-20\d.*)?$/, older(2.5, 15, LONG)],
  [/^gpt-5\.[23](-codex)?(-20\d.*)?$/, older(1.75, 14)],
  [/^gpt-5(\.1-codex)?-mini/, older(0.25, 2)],
  [/^gpt-5-nano/, older(0.05, 0.4)],
  [/^gpt-5(\.1)?(-codex)?(-max)?(-20\d.*)?$/, older(1.25, 10)],
  [/^gemini-3\.[678]-flash/, older(1.5, 7.5)],
  [/^gemini-3\.5-flash$/, older(1.5, 9)],
  [/^gemini-3\.1-pro/, older(2, 12, { long: { above: 200_000, input: 2, output: 1.5 } })],
  [/^gemini-3-flash/, older(0.5, 3)],
  [/^gemini-2\.5-pro/, older(1.25, 10, { long: { above: 200_000, input: 2, output: 1.5 } })],
  [/^gemini-2\.5-flash$/, older(0.3, 2.5)],
];

/** In US dollars; null for a model whose price neither the person (`own`) nor agor knows. `isCall`: the tokens are of one call. */
export function priceOf(
  model: string | undefined,
  tokens: SpentTokens,
  own: Prices = {},
  isCall = false,
): number | null {
  if (tokens.costUsd !== undefined) return tokens.costUsd;
  const known = model === undefined ? undefined : (ownPrice(model, own) ?? listPrice(model));
  if (!known) return null;
  const { inputTokens, outputTokens, cacheReadTokens, cacheCreationTokens, cacheCreationHourTokens = 0 } = tokens;
  const prompt = inputTokens + cacheReadTokens + cacheCreationTokens;
  const isLong = isCall && known.long !== undefined && prompt > known.long.above;
  const into =
    inputTokens * known.input +
    cacheReadTokens * known.cacheRead +
    Math.max(0, cacheCreationTokens - cacheCreationHourTokens) * known.cacheWrite +
    cacheCreationHourTokens * known.cacheWriteHour;
  const out = outputTokens * known.output;
  return (into * (isLong ? known.long.input : 1) + out * (isLong ? known.long.output : 1)) / 1_000_000;
}

export function sumOf(tokens: SpentTokens): number {
  return tokens.inputTokens + tokens.outputTokens + tokens.cacheReadTokens + tokens.cacheCreationTokens;
}

/** Routers put the vendor before a model's name, and Claude Code the size of its window behind. */
function listPrice(model: string): Price | undefined {
  const bare = model
    .toLowerCase()
    .replace(/^.*\//, '')
    .replace(/^([a-z]{2,6}\.)?anthropic\./, '')
    .replace(/\[1m\]$/, '');
  return PRICES.find(([name]) => name.test(bare))?.[1];
}

function ownPrice(model: string, own: Prices): Price | undefined {
  const name = Object.keys(own)
    .filter((pattern) => fits(pattern, model))
    .sort((a, b) => b.length - a.length)[0];
  const found = name === undefined ? undefined : own[name];
  if (!found) return undefined;
  const { input, output, cacheRead = input, cacheWrite = input } = found;
  return { input, output, cacheRead, cacheWrite, cacheWriteHour: cacheWrite };
}

function fits(pattern: string, model: string): boolean {
  const parts = pattern.split('*').map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 'i').test(model);
}
