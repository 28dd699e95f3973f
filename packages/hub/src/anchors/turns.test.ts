import { expect, test } from 'bun:test';
import { type AgentMessage, PromptId, type SessionEvent, type SessionEventBody, TurnId } from '@agor/protocol';
import fc from 'fast-check';
import { serialise } from './serialise.ts';
import { type Turn, TurnSplitter } from './turns.ts';

let count = 0;
const message = (type: AgentMessage['type'], content: unknown, more: object = {}): SessionEventBody => ({
  kind: 'message',
  message: { id: `m${++count}`, type, timestamp: 1, content, ...more } as AgentMessage,
});
const says = (text: string, more: object = {}) => message('text', { text }, more);
const calls = (toolUseId: string, more: object = {}) =>
  message('tool_call', { toolUseId, name: 'Read', kind: 'read', title: 'src/a.ts', input: {}, ...more });
const returns = (toolUseId: string, output: string, more: object = {}) =>
  message('tool_result', { toolUseId, output, isError: false, ...more });
const prompt = (id: string, text: string, images = 0) => ({
  kind: 'promptQueued' as const,
  prompt: { id: PromptId.parse(id), text, images: Array(images).fill({}), source: 'web' as const },
});
const begins = (id?: string): SessionEventBody => ({
  kind: 'turnStarted',
  turnId: TurnId.parse('t'),
  ...(id === undefined ? {} : { promptId: PromptId.parse(id) }),
});
const ends: SessionEventBody = { kind: 'turnEnded', turnId: TurnId.parse('t'), outcome: 'done' };

function turnsOf(...bodies: SessionEventBody[]): Turn[] {
  const splitter = new TurnSplitter();
  const turns = bodies.flatMap((body, i) => splitter.take({ ...body, seq: i + 1, at: 1 } as SessionEvent) ?? []);
  return splitter.running ? [...turns, splitter.running] : turns;
}
const textsOf = (...bodies: SessionEventBody[]) => turnsOf(...bodies).map(({ parts }) => serialise(parts));

test('a turn is kept with its prompt and the agent’s words in full, and each tool in one line', () => {
  const command = `npm test -- ${'x'.repeat(100)}\n  && echo done`;
  expect(
    textsOf(
      prompt('p1', 'mend the parser\n\nplease', 2),
      begins('p1'),
      message('thinking', { text: 'hm' }),
      says('I look.'),
      calls('1'),
      returns('1', 'one\ntwo\n'),
      calls('2', { name: 'Bash', kind: 'execute', title: undefined, input: { command } }),
      returns('2', 'no', { isError: true }),
      calls('3', { title: undefined }),
      says('of a subagent', { parentId: '3' }),
      returns('3', '', {}),
      calls('4', { name: 'Grep', title: 'TODO' }),
      says('Done.'),
      ends,
    ),
  ).toEqual([
    [
      'User: mend the parser\n\nplease\n[2 images came with this]',
      'Assistant: I look.',
      `[Read src/a.ts → 2 lines]\n[Bash ${'npm test -- '.padEnd(79, 'x')}… → 1 line, failed]\n[Read → 0 lines]\n[Grep TODO → no result]`,
      'Assistant: Done.',
    ].join('\n\n'),
  ]);
});

test('a prompt is told as it went out, in the turn that got it, also when it was steered into one', () => {
  expect(
    textsOf(
      prompt('p1', 'first'),
      { kind: 'promptEdited', promptId: PromptId.parse('p1'), text: 'first, edited' },
      begins('p1'),
      prompt('p2', 'and mind the gap'),
      { kind: 'promptDelivered', promptId: PromptId.parse('p2') },
      says('I do.'),
      ends,
      prompt('p3', 'never sent'),
      begins(),
      says('By myself.'),
    ),
  ).toEqual(['User: first, edited\n\nUser: and mind the gap\n\nAssistant: I do.', 'Assistant: By myself.']);
});

test('turns are counted from the first; what only compacted is counted and not kept', () => {
  const turns = turnsOf(
    prompt('p1', 'one'),
    begins('p1'),
    ends,
    prompt('p2', '/compact keep the names'),
    begins('p2'),
    ends,
    begins(),
    ends,
    prompt('p3', 'two'),
    begins('p3'),
    says('yes'),
    ends,
  );
  expect(turns.map(({ index, seq }) => [index, seq])).toEqual([
    [0, 3],
    [3, 12],
  ]);
});

const anyBody: fc.Arbitrary<SessionEventBody> = fc.oneof(
  fc.constantFrom('p1', 'p2', 'p3').map((id) => begins(id)),
  fc.constant(begins()),
  fc.constant(ends),
  fc.tuple(fc.constantFrom('p1', 'p2'), fc.string({ unit: 'binary' })).map(([id, text]) => prompt(id, text)),
  fc
    .string({ unit: 'binary' })
    .map((text) => ({ kind: 'promptEdited' as const, promptId: PromptId.parse('p1'), text })),
  fc.constantFrom('p1', 'p3').map((id) => ({ kind: 'promptDelivered' as const, promptId: PromptId.parse(id) })),
  fc.string({ unit: 'binary' }).map((text) => says(text)),
  fc
    .record({
      id: fc.constantFrom('1', '2'),
      title: fc.option(fc.string({ unit: 'binary' }), { nil: undefined }),
      input: fc.anything(),
    })
    .map(({ id, ...more }) => calls(id, { ...more, kind: 'execute' })),
  fc.tuple(fc.constantFrom('1', '2', '3'), fc.string({ unit: 'binary' })).map(([id, output]) => returns(id, output)),
  fc.anything().map((raw): SessionEventBody => ({ kind: 'unknown', raw })),
  fc.constant(message('unknown', { raw: null })),
);

test('any sequence of events can be split and told: turns come in order, and no tool takes more than a line', () => {
  // fast-check names its seed when the property fails.
  fc.assert(
    fc.property(fc.array(anyBody, { maxLength: 60 }), (bodies) => {
      const turns = turnsOf(...bodies);
      const begun = bodies.filter(({ kind }) => kind === 'turnStarted').length;
      for (const [i, { index, seq, parts }] of turns.entries()) {
        expect(index).toBeGreaterThan(turns[i - 1]?.index ?? -1);
        expect(index).toBeLessThan(begun);
        expect(seq).toBeGreaterThan(turns[i - 1]?.seq ?? 0);
        expect(seq).toBeLessThanOrEqual(bodies.length);
        expect(serialise(parts)).not.toBe('');
        for (const { kind, text } of parts) if (kind === 'tool') expect(text).toMatch(/^\[[^\n\r]{1,400}\]$/u);
      }
      // The same events give the same turns.
      expect(turnsOf(...bodies)).toEqual(turns);
    }),
    { numRuns: 500 },
  );
});
