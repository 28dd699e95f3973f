import { expect, test } from 'bun:test';
import { Traceparent } from '@agor/protocol';
import { prompt, SESSION } from '@agor/session/testing';
import { passedOn } from '../agent-context/index.ts';
import { isTraceparent, traceparentOf } from './span-ids.ts';
import { Telemetry } from './telemetry.ts';

test('there is telemetry only with an address for it, and one that is none is said to be', () => {
  for (const env of [{}, { AGOR_OTLP_ENDPOINT: '' }, { AGOR_OTLP_ENDPOINT: ' ' }])
    expect(Telemetry.configured(env)).toEqual({ ok: true, value: null });
  for (const endpoint of ['localhost:4318', 'file:///tmp/x', 'yes'])
    expect(Telemetry.configured({ AGOR_OTLP_ENDPOINT: endpoint })).toMatchObject({
      ok: false,
      error: expect.stringContaining('http://127.0.0.1:4318'),
    });
  expect(Telemetry.configured({ AGOR_OTLP_ENDPOINT: 'http://127.0.0.1:4318' })).toMatchObject({ ok: true });
});

test('without telemetry a prompt goes out with the trace that it came with', () => {
  const sending = { sessionId: SESSION, seq: 3, steer: false };
  const parent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00';
  expect(passedOn(prompt('a'), sending)).toBeUndefined();
  expect(passedOn({ ...prompt('a'), trace: { parent } }, sending)).toBe(parent);
  // Whoever does not record it is followed in that.
  expect(traceparentOf({ ...prompt('a'), trace: { parent } }, sending)).toEndWith('-00');
});

test('a trace context is one by the same rules here and in the protocol', () => {
  const zeros = '0'.repeat(32);
  for (const text of [
    '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
    `00-${zeros}-00f067aa0ba902b7-01`,
    '00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01',
    '01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
    '00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01',
    '',
  ])
    expect(isTraceparent(text)).toBe(Traceparent.safeParse(text).success);
});
