import { expect, test } from 'bun:test';
import { FromRunner, MAX_SIDECAR_LINE_BYTES, SessionId } from '@agor/protocol';
import { fitLine } from './fit-line.ts';

const sessionId = SessionId.parse('s');
const read = (json: string): FromRunner => FromRunner.parse(JSON.parse(json));

test('a line that fits is written as it is', () => {
  const line = { type: 'agent_event', sessionId, event: { text: 'größer'.repeat(1_000) } } as const;
  expect(fitLine(line)).toBe(JSON.stringify(line));
});

test('an over-long text is cut and says so, the rest of the event survives', () => {
  const output = '日'.repeat(MAX_SIDECAR_LINE_BYTES / 2);
  const json = fitLine({ type: 'agent_event', sessionId, event: { id: 'e1', output } });
  expect(Buffer.byteLength(json)).toBeLessThan(MAX_SIDECAR_LINE_BYTES);
  const line = read(json);
  expect(line).toMatchObject({
    type: 'agent_event',
    event: { id: 'e1', output: expect.stringContaining('were cut]') },
  });
});

test('an event that is long by its number of parts becomes an error that shows its beginning', () => {
  const event = Array.from({ length: 5_000_000 }, (_, i) => i);
  const line = read(fitLine({ type: 'agent_event', sessionId, event }));
  expect(line).toMatchObject({ type: 'error', sessionId, message: expect.stringContaining('[0,1,2,3') });
});
