import { expect, test } from 'bun:test';
import { SessionId } from '@agor/protocol';
import type { Logger } from '@agor/runtime';
import { ManualClock } from '@agor/runtime/testing';
import { PING_MS } from './limits.ts';
import { Pinger } from './pinger.ts';

function setUp(waits = () => false) {
  const clock = new ManualClock();
  const warnings: string[] = [];
  const warn = (message: string): void => void warnings.push(message);
  const log: Logger = { debug() {}, info() {}, warn, error() {}, lost: 0, close() {} };
  const seen = { pings: 0 };
  const pinger = new Pinger({ clock, log, sessionId: SessionId.parse('s1'), waits, ping: () => seen.pings++ });
  return { clock, warnings, seen, pinger };
}

test('a runner that speaks is not pinged; a silent one is, and after three unanswered pings the log says so once', () => {
  const { clock, warnings, seen, pinger } = setUp();
  clock.advance(PING_MS);
  pinger.heard();
  clock.advance(PING_MS);
  expect(seen.pings).toBe(0);
  clock.advance(3 * PING_MS);
  expect([seen.pings, warnings]).toEqual([3, []]);
  clock.advance(5 * PING_MS);
  expect(warnings).toEqual(['a runner does not answer']);
  pinger[Symbol.dispose]();
  expect(clock.pending).toBe(0);
});

test('a runner that we do not read is not blamed for its silence', () => {
  const { clock, warnings, seen } = setUp(() => true);
  clock.advance(10 * PING_MS);
  expect([seen.pings, warnings]).toEqual([0, []]);
});
