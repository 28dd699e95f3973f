import { expect, test } from 'bun:test';
import type { SessionEventBody } from '@agor/protocol';
import { upgradeState } from './initial.ts';
import { prompt, promptId, stateOf } from './testing.ts';

const starts = (ids: string[], fromStart: boolean): SessionEventBody => ({
  kind: 'processStarted',
  pid: 7,
  startTime: '1',
  anchors: { ids, fromStart },
});
const told = (id: string, ...ids: string[]): SessionEventBody[] => [
  { kind: 'promptQueued', prompt: prompt(id) },
  { kind: 'promptSent', promptId: promptId(id), anchors: { ids, tokens: 1, text: 'x' } },
];
const delivered = (id: string): SessionEventBody => ({ kind: 'promptDelivered', promptId: promptId(id) });
const compacts = (parentId?: string): SessionEventBody => ({
  kind: 'message',
  message: {
    id: 'c',
    type: 'compaction',
    timestamp: 0,
    content: { trigger: 'auto', preTokens: 9 },
    ...(parentId === undefined ? {} : { parentId }),
  },
});

test('an agent has the anchors of its system prompt and those that came with prompts, until it is compacted', () => {
  const before = [starts(['a'], true), ...told('p', 'b', 'c'), delivered('p')];
  expect(stateOf(...before).anchors).toMatchObject({ system: ['a'], told: ['b', 'c'] });
  expect(stateOf(...before, ...told('q', 'c', 'd')).anchors.told).toEqual(['b', 'c', 'd']);
  const after = stateOf(...before, compacts());
  expect(after.anchors).toMatchObject({ system: ['a'], told: [] });
  expect(after.compactions).toEqual({ count: 1, lastSeq: after.seq });
});

test('a conversation that goes on with an older system prompt has its own anchors there after a compaction only', () => {
  const before = [starts(['a'], false)];
  expect(stateOf(...before).anchors.system).toEqual([]);
  expect(stateOf(...before, compacts()).anchors.system).toEqual(['a']);
});

test("a subagent's compaction takes nothing from the agent", () => {
  const state = stateOf(starts([], true), ...told('p', 'a'), delivered('p'), compacts('agent-1'));
  expect(state).toMatchObject({ compactions: { count: 0, lastSeq: null }, anchors: { told: ['a'] } });
});

test('what may not have arrived, and what a process knew that is gone, counts as not known', () => {
  const exits: SessionEventBody = { kind: 'processExited', code: 0, signal: null, expected: true };
  const lost: SessionEventBody = { kind: 'promptDoubtful', promptId: promptId('p'), reason: 'the machine died' };
  expect(stateOf(starts(['a'], true), ...told('p', 'b'), lost).anchors).toMatchObject({ system: ['a'], told: [] });
  const gone = stateOf(starts(['a'], true), ...told('p', 'b'), delivered('p'), exits);
  expect(gone.anchors).toEqual({ system: [], afterCompaction: [], told: [] });
});

test('a prompt that goes out before its agent starts has told it', () => {
  expect(stateOf(...told('p', 'a'), starts([], true), delivered('p')).anchors.told).toEqual(['a']);
});

test('a state that an older agor stored knows of no anchors', () => {
  const { anchors: _, compactions: __, ...older } = stateOf();
  expect(upgradeState(older as ReturnType<typeof stateOf>)).toMatchObject({
    anchors: { system: [], told: [] },
    compactions: { count: 0 },
  });
});
