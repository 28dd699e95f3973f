import { expect, test } from 'bun:test';
import { delay, systemClock } from './clock.ts';
import { ManualClock } from './testing.ts';

test('a manual clock runs due timers in order, also those that timers set, and stops at the asked time', () => {
  const clock = new ManualClock(1_000);
  const seen: string[] = [];
  const note = (what: string) => seen.push(`${what}@${clock.monotonic()}`);
  clock.setTimeout(() => note('late'), 30);
  clock.setTimeout(() => {
    note('early');
    clock.setTimeout(() => note('nested'), 5);
  }, 10);
  const every = clock.setInterval(() => note('tick'), 20);
  clock.setTimeout(() => note('never'), 25).cancel();

  clock.advance(30);
  expect(seen).toEqual(['early@10', 'nested@15', 'tick@20', 'late@30']);
  expect(clock.now()).toBe(1_030);
  expect(clock.pending).toBe(1);
  every.cancel();
  expect(clock.pending).toBe(0);
});

test('a manual clock lets promises settle between timers', async () => {
  const clock = new ManualClock();
  const seen: number[] = [];
  const work = (async () => {
    for (let i = 0; i < 3; i++) {
      await delay(clock, 10);
      seen.push(clock.monotonic());
    }
  })();
  await clock.advanceAsync(30);
  await work;
  expect(seen).toEqual([10, 20, 30]);
});

test('a suspend moves wall time alone', () => {
  const clock = new ManualClock(0);
  clock.setWall(3_600_000);
  clock.advance(5);
  expect([clock.now(), clock.monotonic()]).toEqual([3_600_005, 5]);
});

test('a timer of a month does not fire at once, and can be cancelled', async () => {
  let fired = false;
  using _timer = systemClock.setTimeout(
    () => {
      fired = true;
    },
    31 * 24 * 3_600_000,
  );
  await delay(systemClock, 1);
  await delay(systemClock, 1);
  expect(fired).toBe(false);
});
