import { expect, test } from 'bun:test';
import fc from 'fast-check';
import { TailRing } from './ring.ts';

test('the ring keeps exactly the last bytes of what was pushed', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 20 }), fc.array(fc.stringMatching(/^[a-z\n]{0,30}$/)), (size, parts) => {
      const ring = new TailRing(size);
      for (const part of parts) ring.push(Buffer.from(part));
      expect(ring.text()).toBe(parts.join('').slice(-size));
      expect(ring.total).toBe(parts.join('').length);
    }),
  );
});

test('the last lines are given, without the half of a character that the bound cut', () => {
  const ring = new TailRing(9);
  ring.push(Buffer.from('first\n€a\nlast\n')); // the bound falls within the euro sign
  expect(ring.text()).toBe('a\nlast\n');
  expect(ring.lines(1)).toEqual(['last']);
  expect(ring.lines(9)).toEqual(['a', 'last']);
  expect(new TailRing(9).lines(3)).toEqual([]);
});
