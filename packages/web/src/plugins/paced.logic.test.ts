import { expect, test } from 'vitest';
import { Paced } from './paced.logic.ts';

function setUp(costs: number) {
  let now = 0;
  const drawn: number[] = [];
  const waiting: { at: number; then: () => void }[] = [];
  const time = {
    now: () => now,
    after(ms: number, then: () => void) {
      const one = { at: now + ms, then };
      waiting.push(one);
      return () => void waiting.splice(waiting.indexOf(one), 1);
    },
  };
  const paced = new Paced<number>((value) => {
    now += costs;
    drawn.push(value);
  }, time);
  const pass = (ms: number) => {
    now += ms;
    for (const one of waiting.filter(({ at }) => at <= now)) waiting.splice(waiting.indexOf(one), 1)[0]?.then();
  };
  return { paced, drawn, pass, waiting };
}

test('what comes alone is drawn at once, and what came last is drawn in the end', () => {
  const { paced, drawn, pass } = setUp(1);
  paced.take(1);
  expect(drawn).toEqual([1]);
  for (let n = 2; n <= 50; n++) paced.take(n);
  expect(drawn).toEqual([1]);
  pass(250);
  expect(drawn).toEqual([1, 50]);
  pass(250);
  paced.take(51);
  expect(drawn).toEqual([1, 50, 51]);
});

test('what is dear to draw is drawn so seldom that nine tenths of the time are left', () => {
  const { paced, drawn, pass } = setUp(400);
  for (let n = 0; n < 100; n++) {
    paced.take(n);
    pass(100);
  }
  expect(drawn.length).toBeLessThanOrEqual(4);
});

test('nothing is drawn for what has ended', () => {
  const { paced, drawn, pass, waiting } = setUp(1);
  paced.take(1);
  paced.take(2);
  paced[Symbol.dispose]();
  pass(10_000);
  expect(drawn).toEqual([1]);
  expect(waiting).toEqual([]);
});
