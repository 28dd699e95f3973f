import { expect, test } from 'bun:test';
import type { AgentMessage, SessionEventBody, SubagentState } from '@agor/protocol';
import { stateOf } from './testing.ts';

let count = 0;
const said = (type: AgentMessage['type'], content: object, parentId?: string, more: object = {}): SessionEventBody => ({
  kind: 'message',
  message: {
    id: `m${++count}`,
    type,
    content,
    timestamp: 0,
    ...(parentId ? { parentId } : {}),
    ...more,
  } as AgentMessage,
});
const call = (toolUseId: string, parentId?: string) =>
  said('tool_call', { toolUseId, name: 'Agent', kind: 'agent', title: '', input: {} }, parentId);
const tells = (toolUseId: string, state: string, more: object = {}, parentId?: string) =>
  said('subagent', { toolUseId, state, ...more }, parentId);
const of = (toolUseId: string, ...bodies: SessionEventBody[]): SubagentState | undefined =>
  stateOf(...bodies).subagents.find((one) => one.toolUseId === toolUseId);

test('a subagent that another one started is known as its child, wherever the vendor tells of it', () => {
  const events = [call('a'), tells('a', 'started'), call('b', 'a'), tells('b', 'started'), tells('b', 'done')];
  expect(of('a', ...events)?.parentId).toBeUndefined();
  expect(of('b', ...events)?.parentId).toBe('a');
});

test('a subagent that tells of itself is nobody’s child', () => {
  expect(of('a', tells('a', 'started', {}, 'a'))?.parentId).toBeUndefined();
});

test('what a subagent said last is kept in one line, its summary at the end; the agent’s own words are none of it', () => {
  const begun = [
    tells('a', 'started'),
    said('text', { text: 'I look\n\nat   callers.' }, 'a'),
    said('text', { text: 'Mine.' }),
  ];
  expect(of('a', ...begun)?.lastText).toBe('I look at callers.');
  expect(of('a', ...begun, said('text', { text: 'x'.repeat(500) }, 'a'))?.lastText).toHaveLength(120);
  expect(of('a', ...begun, tells('a', 'done', { summary: 'Three callers.' }))?.lastText).toBe('Three callers.');
  expect(of('a', ...begun, tells('a', 'done'))?.lastText).toBe('I look at callers.');
});

test('what calls of the model cost is summed where the provider tells it', () => {
  const spent = (costUsd?: number) => ({ spent: { inputTokens: 1, outputTokens: 1, ...(costUsd ? { costUsd } : {}) } });
  const events = [
    tells('a', 'started'),
    said('text', { text: 'one' }, 'a', spent(0.25)),
    said('text', { text: 'two' }, 'a', spent(0.5)),
    said('text', { text: 'mine' }, undefined, spent(4)),
  ];
  expect(of('a', ...events)?.costUsd).toBe(0.75);
  expect(of('b', tells('b', 'started'), said('text', { text: 'one' }, 'b', spent()))?.costUsd).toBeUndefined();
});

test('of many subagents the newest are kept and those that run; the others are counted', () => {
  const events = [tells('first', 'started')];
  for (let i = 0; i < 60; i++) events.push(tells(`s${i}`, 'started'), tells(`s${i}`, 'done'));
  const state = stateOf(...events);
  expect(state.subagents).toHaveLength(50);
  expect(state.subagents[0]?.toolUseId).toBe('first');
  expect(state.subagents.at(-1)?.toolUseId).toBe('s59');
  expect(state.subagentsForgotten).toBe(11);
});
