import { TurnId } from '@agor/protocol';
import { expect, test } from 'vitest';
import { called, placed, prompted, returned, said } from '../../../testing/events.ts';
import { breakdownOf } from './breakdown.logic.ts';
import { fileGraph } from './file-graph.logic.ts';
import { turnsOf } from './turns.logic.ts';

const ended = (id: string, outcome: 'done' | 'failed' = 'done') =>
  ({ kind: 'turnEnded', turnId: TurnId.parse(`turn-${id}`), outcome }) as const;
const cost = (costUsd: number) =>
  said('cost', {
    totalCostUsd: costUsd,
    costUsd,
    durationMs: 5,
    inputTokens: 1,
    outputTokens: 1,
    numTurns: 1,
    isError: false,
  });

test('turns come newest first, each with its messages as a tree', () => {
  const turns = turnsOf(
    placed([
      ...prompted('1', 'Fix\nthe  cart'),
      said('thinking', { text: 'Let me see' }),
      called('t1', 'Agent', 'look around'),
      called('t2', 'Bash', 'ls', 't1'),
      said('tool_result', { toolUseId: 't2', output: 'no', isError: true }, { parentId: 't1' }),
      said('text', { text: 'Found it' }),
      cost(0.2),
      ended('1'),
      ...prompted('2', 'And now?'),
      said('text', { text: '  ' }),
    ]),
  );
  expect(turns.map(({ prompt, outcome, tools, costUsd }) => [prompt, outcome, tools, costUsd])).toEqual([
    ['And now?', null, 0, null],
    ['Fix the cart', 'done', 2, 0.2],
  ]);
  expect(turns[1]).toMatchObject({ startedAt: 3000, endedAt: 10_000 });
  expect(turns[1]?.nodes).toMatchObject([
    { kind: 'thinking', words: 'Let me see', children: [] },
    { kind: 'tool', words: 'Agent look around', failed: false, children: [{ words: 'Bash ls', failed: true }] },
    { kind: 'text', words: 'Found it' },
  ]);
  expect(turns[0]?.nodes).toEqual([]);
});

test('of endless turns the newest fifty are listed, of an endless turn the first messages, and how many are left', () => {
  const many = Array.from({ length: 60 }, (_, at) => [...prompted(`p${at}`, `prompt ${at}`), ended(`p${at}`)]).flat();
  const turns = turnsOf(placed(many));
  expect([turns.length, turns[0]?.prompt, turns.at(-1)?.prompt]).toEqual([50, 'prompt 59', 'prompt 10']);
  const [long] = turnsOf(placed([...prompted('1', 'go'), ...Array.from({ length: 310 }, (_, at) => called(`t${at}`))]));
  expect([long?.nodes.length, long?.left, long?.tools]).toEqual([300, 10, 310]);
  expect(turnsOf(placed([...prompted('1', 'x'.repeat(500))]))[0]?.prompt).toHaveLength(160);
});

test('the window is told apart by kind, since the last compaction and without what subagents keep for themselves', () => {
  const before = [...prompted('1', 'x'.repeat(4000)), said('text', { text: 'y'.repeat(400) })];
  const after = [
    said('compaction', { trigger: 'auto', preTokens: 5 }),
    ...prompted('2', 'x'.repeat(40)),
    said('thinking', { text: 'x'.repeat(80) }),
    said('text', { text: 'x'.repeat(120) }),
    called('t1', 'Bash', 'ls'),
    returned('t1', 'x'.repeat(200)),
    returned('t2', 'x'.repeat(9000), 't1'),
  ];
  expect(breakdownOf(placed(before)).prompts).toBe(1000);
  expect(breakdownOf(placed([...before, ...after]))).toEqual({
    prompts: 10,
    thoughts: 20,
    answers: 30,
    calls: Math.ceil('{"command":"ls"}'.length / 4),
    output: 50,
  });
});

test('tools are joined to the files that they were used on, those most used', () => {
  const on = (name: string, file_path: string) =>
    said('tool_call', { toolUseId: 't', name, kind: 'read', input: { file_path } });
  const graph = fileGraph(
    placed([on('Read', '/a'), on('Edit', '/a'), on('Read', '/a'), on('Read', '/b'), called('x')]),
  );
  expect(graph).toEqual({
    tools: ['Read', 'Edit'],
    files: ['/a', '/b'],
    edges: [
      { tool: 'Read', path: '/a', count: 2 },
      { tool: 'Edit', path: '/a', count: 1 },
      { tool: 'Read', path: '/b', count: 1 },
    ],
  });
  const many = fileGraph(placed(Array.from({ length: 40 }, (_, at) => on('Read', `/f${at}`))));
  expect([many.files.length, many.edges.length]).toEqual([14, 14]);
});
