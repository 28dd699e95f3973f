import { expect, test } from 'bun:test';
import { ContextWindow } from './window.ts';

test('estimates follow what the server counted', () => {
  const window = new ContextWindow();
  window.size = 10_000;
  expect(window.estimate(10_000)).toBe(3_000);
  window.learn({ chars: 10_000, inputTokens: 5_000, outputTokens: 100 });
  expect(window.used).toBe(5_100);
  expect(window.estimate(10_000)).toBe(5_000);
  expect(window.isFull(14_000)).toBe(false);
  expect(window.isFull(16_000)).toBe(true);
});

test('a server that leaves the count out for a cached prompt does not make the window look empty', () => {
  const window = new ContextWindow();
  window.size = 10_000;
  window.learn({ chars: 20_000, outputTokens: 50 });
  expect(window.used).toBe(6_050);
  window.learn({ chars: 20_000, inputTokens: 12, outputTokens: 50 });
  expect(window.used).toBe(6_050);
});

test('a window of unknown size is never full', () => {
  expect(new ContextWindow().isFull(100_000_000)).toBe(false);
});

test('the output of a tool gets a part of the window', () => {
  const window = new ContextWindow();
  window.size = 8_192;
  expect(window.shorten('x'.repeat(100_000)).length).toBeLessThan(6_000);
  window.size = 200_000;
  expect(window.shorten('x'.repeat(100_000)).length).toBeLessThan(31_000);
  expect(window.shorten('short')).toBe('short');
});
