import { PromptTrace, type WatchFrame } from '@agor/protocol';
import { expect, test } from 'vitest';
import { Tracing } from './tracing.ts';

const snapshot = (rest: object) => ({ kind: 'snapshot', ...rest }) as WatchFrame;

test('a prompt begins a trace of its own while the hub exports telemetry, and none else', () => {
  const tracing = new Tracing();
  expect(tracing.begin()).toEqual({});
  tracing.read(snapshot({ telemetry: true }));
  const [first, second] = [tracing.begin().trace, tracing.begin().trace];
  expect(PromptTrace.parse(first)).toEqual(first as PromptTrace);
  expect(first?.parent.slice(0, 35)).not.toBe(second?.parent.slice(0, 35));
  expect(first?.clickedAt).toBeGreaterThan(0);
  tracing.read(snapshot({}));
  expect(tracing.begin()).toEqual({});
});
