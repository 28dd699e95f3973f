import { z } from 'zod';

/** US dollars for a million tokens. */
const PerMillion = z.number().nonnegative().max(100_000);

/** What a model costs, in US dollars for a million tokens. */
export const ModelPrice = z.strictObject({
  input: PerMillion,
  output: PerMillion,
  /** What comes out of the vendor's cache, and what is written into it; as `input` when not said. */
  cacheRead: PerMillion.optional(),
  cacheWrite: PerMillion.optional(),
});
export type ModelPrice = z.infer<typeof ModelPrice>;

/** Models that can have a price of the person's own. */
const MAX_PRICES = 200;

/**
 * The setting `prices`: the person's own prices, by a model's name, in which `*` stands for anything. They go before those that agor knows;
 * of several that fit, the longest name counts.
 */
export const Prices = z
  .record(z.string().min(1, 'a model needs a name').max(200), ModelPrice)
  .refine((prices) => Object.keys(prices).length <= MAX_PRICES, { message: `at most ${MAX_PRICES} prices` });
export type Prices = z.infer<typeof Prices>;
