import { expect, test } from 'bun:test';
import fc from 'fast-check';
import { isDeeper } from './nesting.ts';

const seed = Number(process.env.AGOR_SEED ?? Math.floor(Math.random() * 2 ** 31));

function depthOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depthOf));
}

test(`what is nested deeper than a limit is told from the text as from the value (AGOR_SEED=${seed})`, () => {
  const check = fc.property(fc.jsonValue({ maxDepth: 12 }), fc.nat(12), fc.string(), (value, limit, text) => {
    const nested = [value, text, '[{"\\'];
    expect(isDeeper(JSON.stringify(nested), limit)).toBe(depthOf(nested) > limit);
  });
  fc.assert(check, { seed, numRuns: 500 });
});
