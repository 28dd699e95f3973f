import { expect, test } from 'bun:test';
import fc from 'fast-check';
import { HeadAndTail, shortened } from './head-and-tail.ts';

test('whatever the pieces, beginning and end are kept, and what is left out is counted', () => {
  fc.assert(
    fc.property(
      fc.array(fc.string({ maxLength: 60 }), { maxLength: 60 }),
      fc.integer({ min: 2, max: 200 }),
      (pieces, max) => {
        const whole = pieces.join('');
        const kept = new HeadAndTail(max);
        for (const piece of pieces) kept.add(piece);
        const half = Math.floor(max / 2);
        const text = kept.text();
        expect(text).toStartWith(whole.slice(0, half));
        expect(text).toEndWith(whole.slice(Math.max(half, whole.length - half)));
        const left = whole.length - 2 * half;
        if (left > 0) expect(text).toContain(`[${left} characters left out]`);
        else expect(text).toBe(whole);
      },
    ),
  );
});

test('a short text stays as it is', () => {
  expect(shortened('short', 5)).toBe('short');
  expect(shortened('longer', 4)).toBe('lo\n[2 characters left out]\ner');
});
