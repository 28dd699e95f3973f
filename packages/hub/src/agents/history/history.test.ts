import { afterEach, beforeEach, expect, test } from 'bun:test';
import {
  type AgentMessage,
  type HistoryItem,
  MAX_HISTORY_CHARS,
  type SessionEvent,
  type SessionEventBody,
  TurnId,
} from '@agor/protocol';
import { systemClock } from '@agor/runtime';
import { command, DEMO, PROJECT, prompt, type TestCore, TestHub } from '../../core/testing.ts';
import { EventLog } from '../../log/index.ts';
import { buildHistory, MAX_TOOL_CHARS } from './build-history.ts';
import { historyOf } from './index.ts';

let count = 0;
const message = (type: AgentMessage['type'], content: unknown, more: object = {}): SessionEventBody => ({
  kind: 'message',
  message: { id: `m${++count}`, type, timestamp: 1, content, ...more } as AgentMessage,
});
const says = (text: string, more: object = {}) => message('text', { text }, more);
const calls = (toolUseId: string, input: unknown = { path: 'a' }) =>
  message('tool_call', { toolUseId, name: 'read', kind: 'read', input });
const returns = (toolUseId: string, output = 'ok', isError = false) =>
  message('tool_result', { toolUseId, output, isError });
const compacted = (summary?: string) => message('compaction', { trigger: 'auto', preTokens: 1, summary });
function asked(text: string, how: 'turnStarted' | 'promptDelivered' = 'turnStarted'): SessionEventBody[] {
  const p = prompt(text);
  const given: SessionEventBody =
    how === 'turnStarted'
      ? { kind: 'turnStarted', turnId: TurnId.parse(`t-${p.id}`), promptId: p.id }
      : { kind: 'promptDelivered', promptId: p.id };
  return [{ kind: 'promptQueued', prompt: p }, { kind: 'promptSent', promptId: p.id }, given];
}
const log = (...bodies: (SessionEventBody | SessionEventBody[])[]): SessionEvent[] =>
  bodies.flat().map((body, i) => ({ ...body, seq: i + 1, at: 1 }) as SessionEvent);

test('holds prompts where the agent got them, also those that steered a turn, what it said, and its tools with their results', () => {
  const steered = prompt('and b');
  expect(
    buildHistory(
      log(
        asked('look at a'),
        says('I look.'),
        calls('1'),
        { kind: 'promptQueued', prompt: steered },
        { kind: 'promptEdited', promptId: steered.id, text: 'and b, please' },
        { kind: 'promptSent', promptId: steered.id },
        returns('1', 'text of a'),
        { kind: 'promptDelivered', promptId: steered.id },
        message('thinking', { text: 'hm' }),
        says('of a subagent', { parentId: '1' }),
        says('Both are fine.'),
        { kind: 'promptQueued', prompt: prompt('never sent') },
      ),
    ),
  ).toEqual([
    { kind: 'user', text: 'look at a' },
    { kind: 'assistant', text: 'I look.' },
    { kind: 'toolCall', toolUseId: '1', name: 'read', input: { path: 'a' } },
    { kind: 'toolResult', toolUseId: '1', output: 'text of a', isError: false },
    { kind: 'user', text: 'and b, please' },
    { kind: 'assistant', text: 'Both are fine.' },
  ]);
});

test('begins with the summary of the last compaction; the word that asked for it is no part of it', () => {
  expect(
    buildHistory(
      log(asked('old'), says('old answer'), asked('/compact'), compacted('so far'), asked('new'), says('yes')),
    ),
  ).toEqual([
    { kind: 'summary', text: 'so far' },
    { kind: 'user', text: 'new' },
    { kind: 'assistant', text: 'yes' },
  ]);
});

test('every call has a result, also one that the turn did not wait for; a result without a call is left out', () => {
  expect(buildHistory(log(returns('0'), asked('go'), calls('1'), asked('again')))).toEqual([
    { kind: 'user', text: 'go' },
    { kind: 'toolCall', toolUseId: '1', name: 'read', input: { path: 'a' } },
    { kind: 'toolResult', toolUseId: '1', output: expect.stringContaining('No result'), isError: true },
    { kind: 'user', text: 'again' },
  ]);
});

test('what is too much is left out from the beginning and said to be; large inputs and outputs are cut', () => {
  const rounds = Array.from({ length: 50 }, (_, i) => [asked(`q${i}`), says('x'.repeat(1_000))]).flat();
  const items = buildHistory(log(compacted('the beginning'), ...rounds), 10_000);
  expect(JSON.stringify(items).length).toBeLessThan(10_000);
  expect(items.slice(0, 2)).toEqual([
    { kind: 'summary', text: 'the beginning' },
    { kind: 'summary', text: expect.stringMatching(/^\d+ older items of this conversation were left out/) },
  ]);
  expect(items.at(-2)).toEqual({ kind: 'user', text: 'q49' });
  const large = 'y'.repeat(MAX_TOOL_CHARS + 5);
  const [, call, result] = buildHistory(log(asked('go'), calls('1', { text: large }), returns('1', large)));
  expect(call).toMatchObject({ input: { leftOut: expect.stringContaining('characters') } });
  expect(result).toMatchObject({ output: expect.stringContaining('[5 more characters were left out]') });
});

let hub: TestHub;
let h: TestCore;
beforeEach(async () => {
  hub = new TestHub();
  hub.machine.listen();
  hub.provider = { historyFromLog: true };
  h = hub.open();
  await h.core.start();
});
afterEach(() => hub[Symbol.asyncDispose]());

const histories = (): (HistoryItem[] | undefined)[] =>
  hub.machine.commands.flatMap(({ command: c }) => (c.kind === 'query' ? [c.options.history] : []));

test('each run of an agent that keeps no conversation is handed what was said; others are not', async () => {
  const { sessionId } = h.core.agents.query({ ...command(), projectId: PROJECT, prompt: prompt('remember 7') });
  await hub.machine.until(() => histories().length === 1);
  const { inFlight } = h.core.sessions.get(sessionId).state;
  const turnId = TurnId.parse('t1');
  const line = (of: object) => ({ kind: 'runner' as const, sessionId, line: { sessionId, ...of } as never });
  hub.machine.journal(
    { kind: 'runnerStarted', sessionId, provider: DEMO, process: { pid: 1, startTime: '1' } },
    line({ type: 'agent_started', turnId, promptId: inFlight[0]?.id }),
    line({ type: 'agent_event', event: { type: 'text', id: 'x', at: 1, text: 'I do.' } }),
    line({ type: 'turn_ended', turnId, outcome: 'done' }),
  );
  await hub.machine.until(() => hub.machine.acknowledged === hub.machine.seq);
  h.core.agents.query({ ...command(), sessionId, prompt: prompt('which?') });
  await hub.machine.until(() => histories().length === 2);
  expect(histories()).toEqual([
    [],
    [
      { kind: 'user', text: 'remember 7' },
      { kind: 'assistant', text: 'I do.' },
    ],
  ]);
  hub.provider = {};
  h.core.agents.query({ ...command(), projectId: PROJECT, prompt: prompt('other') });
  await hub.machine.until(() => histories().length === 3);
  expect(histories()[2]).toBeUndefined();
});

test('a long conversation is read from its end, as far as it counts, with the words of a prompt that waited for long', () => {
  const log = Array.from({ length: 3_000 }, (_, i) => says(`${i} ${'z'.repeat(600)}`));
  const late = prompt('what waited');
  const state = h.core.sessions.create({ ...command(), projectId: PROJECT });
  const db = h.db;
  const insert = db.raw.prepare(
    "INSERT INTO session_events (session_id, seq, at, origin, kind, payload) VALUES (?, ?, 1, 1, 'message', ?)",
  );
  const bodies: SessionEventBody[] = [
    { kind: 'promptQueued', prompt: late },
    ...log,
    { kind: 'promptDelivered', promptId: late.id },
    says('the end'),
  ];
  db.write(() => bodies.forEach((body, i) => void insert.run(state.sessionId, i + 2, JSON.stringify(body))));
  const items = historyOf(new EventLog(db, h.bus, systemClock), state.sessionId);
  expect(items.at(-1)).toEqual({ kind: 'assistant', text: 'the end' });
  expect(items.at(-2)).toEqual({ kind: 'user', text: 'what waited' });
  expect(JSON.stringify(items).length).toBeLessThan(MAX_HISTORY_CHARS);
  expect(items[0]).toMatchObject({ kind: 'summary' });
});
