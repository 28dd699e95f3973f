import { expect, test } from 'bun:test';
import type { HistoryItem } from '@agor/protocol';
import fc from 'fast-check';
import { Conversation } from './conversation.ts';

const whole = (output: string) => output;

const item: fc.Arbitrary<HistoryItem> = fc.oneof(
  fc.record({ kind: fc.constant('summary' as const), text: fc.string() }),
  fc.record({ kind: fc.constant('user' as const), text: fc.string({ minLength: 1 }) }),
  fc.record({ kind: fc.constant('assistant' as const), text: fc.string() }),
  fc.record({
    kind: fc.constant('toolCall' as const),
    toolUseId: fc.constantFrom('a', 'b', 'c', 'd'),
    name: fc.constantFrom('Read', 'Bash'),
    input: fc.jsonValue(),
  }),
  fc.record({
    kind: fc.constant('toolResult' as const),
    toolUseId: fc.constantFrom('a', 'b', 'c', 'd'),
    output: fc.string(),
    isError: fc.boolean(),
  }),
);

test('whatever the history, each call has its one result right behind it', () => {
  fc.assert(
    fc.property(fc.array(item, { maxLength: 30 }), (history) => {
      const { messages } = Conversation.fromHistory(history, whole);
      for (let at = 0; at < messages.length; at++) {
        const message = messages[at];
        if (message?.role === 'tool') throw new Error('a result without its call');
        if (message?.role !== 'assistant') continue;
        for (const call of message.calls) {
          const result = messages[++at];
          expect(result).toMatchObject({ role: 'tool', callId: call.id, name: call.name });
        }
      }
    }),
    { numRuns: 500 },
  );
});

test('the person never speaks twice in a row: a prompt without an answer gets one that says so', () => {
  const conversation = Conversation.fromHistory(
    [
      { kind: 'user', text: 'one' },
      { kind: 'user', text: 'two' },
      { kind: 'toolResult', toolUseId: 'gone', output: 'stray', isError: false },
    ],
    whole,
  );
  expect(conversation.messages.map(({ role }) => role).slice(0, 3)).toEqual(['user', 'assistant', 'user']);
  expect(JSON.stringify(conversation.messages)).toContain('stray');
});

test('a history begins with the summary of its last compaction', () => {
  const conversation = Conversation.fromHistory(
    [
      { kind: 'user', text: 'forgotten' },
      { kind: 'summary', text: 'what was' },
      { kind: 'user', text: 'and now' },
    ],
    whole,
  );
  expect(conversation.messages).toHaveLength(1);
  expect(JSON.stringify(conversation.messages)).toMatch(/what was.*and now/);
  expect(JSON.stringify(conversation.messages)).not.toContain('forgotten');
});
