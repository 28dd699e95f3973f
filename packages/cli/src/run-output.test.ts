import { expect, test } from 'bun:test';
import { type AgentMessage, BlockId, type Delta, SessionId } from '@agor/protocol';
import { clean, cleanLine } from './render.ts';
import { RunOutput } from './run-output.ts';

const text = (id: string, words: string, blockId?: string): AgentMessage => ({
  id,
  type: 'text',
  timestamp: 0,
  content: { text: words },
  ...(blockId ? { blockId: BlockId.parse(blockId) } : {}),
});
const cost: AgentMessage = {
  id: 'c',
  type: 'cost',
  timestamp: 0,
  content: { totalCostUsd: 0, durationMs: 1, inputTokens: 1, outputTokens: 1, numTurns: 1, isError: false },
};
const error: AgentMessage = {
  id: 'e',
  type: 'error',
  timestamp: 0,
  content: { message: 'no', class: 'auth', retryable: false },
};
const delta = (offset: number, words: string): Delta => ({
  sessionId: SessionId.parse('s'),
  blockId: BlockId.parse('b'),
  kind: 'text',
  offset,
  text: words,
});

function capture(json: boolean, act: (output: RunOutput) => void): string[] {
  const written: string[] = [];
  act(new RunOutput(json, (t) => void written.push(t)));
  return written.join('').split('\n').filter(Boolean);
}
const types = (lines: string[]) => lines.map((line) => (JSON.parse(line) as AgentMessage).type);

test('with --json the last line is cost or error, whatever came after it', () => {
  expect(types(capture(true, (o) => [o.message(text('1', 'a')), o.message(cost), o.end(null)]))).toEqual([
    'text',
    'cost',
  ]);
  expect(types(capture(true, (o) => [o.message(error), o.message(cost), o.end(null)]))).toEqual(['error', 'cost']);
  expect(types(capture(true, (o) => [o.message(cost), o.message(text('1', 'b')), o.end(error)]))).toEqual([
    'cost',
    'text',
    'error',
  ]);
});

test('an error that the agent itself told is not told again', () => {
  expect(types(capture(true, (o) => [o.message(error), o.end({ ...error, id: 'end' })]))).toEqual(['error']);
  expect(types(capture(true, (o) => [o.message(cost), o.end(error)]))).toEqual(['cost', 'error']);
  expect(capture(false, (o) => [o.message(error), o.end({ ...error, id: 'end' })])).toEqual(['no']);
  expect(capture(false, (o) => [o.message(error), o.message(text('1', 'b')), o.end(error)])).toEqual(['no', 'b', 'no']);
});

test('streamed text is shown once, and completed by its message', () => {
  const lines = capture(false, (o) => {
    o.delta(delta(0, 'hel'));
    o.delta(delta(2, 'llo'));
    o.message(text('1', 'hello world', 'b'));
    o.end(null);
  });
  expect(lines).toEqual(['hello world']);
});

test('a hole in the stream is filled by the whole message', () => {
  const lines = capture(false, (o) => {
    o.delta(delta(0, 'hel'));
    o.delta(delta(20, 'later'));
    o.message(text('1', 'hello world', 'b'));
    o.end(null);
  });
  expect(lines).toEqual(['hello world']);
});

test("what an agent says cannot steer the person's terminal", () => {
  expect(clean('a\x1b]0;evil\x07b\r\nc\td')).toBe('a\ufffd]0;evil\ufffdb\nc\td');
});

test('neither does what is streamed, nor a prompt, nor the order in which an ask is read', () => {
  const lines = capture(false, (o) => {
    o.delta(delta(0, 'a\x1b]52;c;'));
    o.message(text('1', 'a\x1b]52;c;eA==\x07', 'b'));
    o.message({
      id: 'p',
      type: 'prompt',
      timestamp: 0,
      content: { promptId: 'p' as never, text: '\x1b[2J', images: 0 },
    });
    o.end(null);
  });
  for (const harm of ['\x07', '\x1b]', '\x1b[2J']) expect(lines.join('')).not.toContain(harm);
  expect(clean('\u202erm -rf')).toBe('\ufffdrm -rf');
  expect(cleanLine('two\nlines')).toBe('two lines');
});
