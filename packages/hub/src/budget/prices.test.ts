import { expect, test } from 'bun:test';
import { Prices } from '@agor/protocol';
import { priceOf } from './prices.ts';

const tokens = (fields: object) => ({
  inputTokens: 0,
  outputTokens: 0,
  cacheReadTokens: 0,
  cacheCreationTokens: 0,
  ...fields,
});
const MILLION = { in: tokens({ inputTokens: 1e6 }), out: tokens({ outputTokens: 1e6 }) };

test.each([
  ['claude-opus-5-5', 4, 20],
  ['claude-opus-4-8', 5, 25],
  ['claude-opus-4-1-20250805', 15, 75],
  ['claude-sonnet-4-5-20250929', 3, 15],
  ['claude-sonnet-5-5[1m]', 2, 10],
  ['us.anthropic.claude-haiku-4-5-20251001-v1:0', 1, 5],
  ['anthropic/claude-opus-5', 5, 25],
  ['gpt-5.5', 5, 30],
  ['gpt-5.1-codex-mini', 0.25, 2],
  ['openai/gpt-6.1-sol', 2, 10],
  ['gpt-6-astra', 10, 50],
  ['gemini-3.1-pro-preview', 2, 12],
] as const)('%s costs $%d in and $%d out', (model, input, output) => {
  expect(priceOf(model, MILLION.in)).toBeCloseTo(input);
  expect(priceOf(model, MILLION.out)).toBeCloseTo(output);
});

test("what the vendor's cache reads and writes has prices of its own, an hour's writing a dearer one", () => {
  expect(priceOf('claude-opus-5-5', tokens({ cacheReadTokens: 1e6 }))).toBeCloseTo(0.2);
  expect(priceOf('claude-opus-5-5', tokens({ cacheCreationTokens: 1e6 }))).toBeCloseTo(5);
  expect(priceOf('claude-opus-5-5', tokens({ cacheCreationTokens: 1e6, cacheCreationHourTokens: 1e6 }))).toBeCloseTo(8);
});

test('a call with a long prompt is dearer where the vendor says so; many short ones are not', () => {
  const much = tokens({ inputTokens: 200_000, cacheReadTokens: 100_000, outputTokens: 1_000 });
  const plain = priceOf('gpt-5.5', much) ?? 0;
  expect(plain).toBeCloseTo(1 + 0.05 + 0.03);
  expect(priceOf('gpt-5.5', much, {}, true)).toBeCloseTo(2 * 1.05 + 1.5 * 0.03);
});

test("the person's own prices go first, the longest name that fits; what they don't name of the cache costs as much as input", () => {
  const own = Prices.parse({
    'qwen*': { input: 1, output: 2 },
    'qwen3-coder*': { input: 3, output: 4, cacheRead: 0.5 },
    'claude-opus-5-5': { input: 0, output: 0 },
  });
  expect(priceOf('qwen3-coder:480b', MILLION.in, own)).toBeCloseTo(3);
  expect(priceOf('qwen3-coder:480b', tokens({ cacheReadTokens: 1e6 }), own)).toBeCloseTo(0.5);
  expect(priceOf('qwen2.5', tokens({ cacheReadTokens: 1e6 }), own)).toBeCloseTo(1);
  expect(priceOf('claude-opus-5-5', MILLION.in, own)).toBe(0);
});

test('a model that nobody priced has none, unless its provider told what it cost: one of your own is free', () => {
  expect(priceOf('a-new-model', MILLION.in)).toBeNull();
  expect(priceOf(undefined, MILLION.in)).toBeNull();
  expect(priceOf('a-new-model', { ...MILLION.in, costUsd: 0 })).toBe(0);
});

test('a price below zero, or one that is no number, is refused with its name', () => {
  expect(Prices.safeParse({ x: { input: -1, output: 2 } }).success).toBe(false);
  expect(Prices.safeParse({ x: { input: 1 } }).success).toBe(false);
});
