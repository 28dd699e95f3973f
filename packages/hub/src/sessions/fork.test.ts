import { afterEach, beforeEach, expect, test } from 'bun:test';
import { type MachineEvent, type SessionId, TurnId } from '@agor/protocol';
import { command, DEMO, PROJECT, prompt, type TestCore, TestHub } from '../core/testing.ts';

const TURN = TurnId.parse('turn');
let hub: TestHub;
let h: TestCore;
let id: SessionId;

beforeEach(async () => {
  hub = new TestHub();
  hub.machine.listen();
  h = hub.open();
  await h.core.start();
  id = h.core.agents.query({ ...command(), projectId: PROJECT, prompt: prompt('build it') }).sessionId;
  await hub.machine.until(() => hub.machine.commands.length === 1);
});
afterEach(() => hub[Symbol.asyncDispose]());

type Line = Extract<MachineEvent, { kind: 'runner' }>['line'];
const stateOf = (sessionId: SessionId) => h.core.sessions.get(sessionId).state;
const eventsOf = (sessionId: SessionId) =>
  h.core.sessions.page({ sessionId, before: Number.MAX_SAFE_INTEGER, limit: 1_000 }).events;
async function says(sessionId: SessionId, ...lines: object[]): Promise<void> {
  hub.machine.journal(
    ...lines.map((line) => ({ kind: 'runner' as const, sessionId, line: { sessionId, ...line } as Line })),
  );
  await hub.machine.until(() => hub.machine.acknowledged === hub.machine.seq);
}
async function aTurn(): Promise<void> {
  hub.machine.journal({ kind: 'runnerStarted', sessionId: id, provider: DEMO, process: { pid: 1, startTime: '1' } });
  const event = (of: object) => ({ type: 'agent_event', event: { at: 1, ...of } });
  await says(
    id,
    { type: 'agent_info', providerSessionId: 'conversation-1' },
    { type: 'agent_started', turnId: TURN, promptId: stateOf(id).inFlight[0]?.id },
    event({ type: 'text', id: 'a', text: 'I build.' }),
    event({ type: 'result', id: 'b', durationMs: 5, inputTokens: 10, outputTokens: 20, isError: false }),
    { type: 'turn_ended', turnId: TURN, outcome: 'done' },
  );
}
const fork = (title?: string) => h.core.sessions.fork({ ...command(), sessionId: id, title }).sessionId;

test('a fork shows the transcript, costs nothing yet, and its first run copies the conversation', async () => {
  await aTurn();
  h.core.agents.set({ ...command(), sessionId: id, controls: { effort: 'high' } });
  const copy = fork();
  expect(stateOf(copy)).toMatchObject({
    title: 'build it (fork)',
    projectId: PROJECT,
    forkedFrom: { sessionId: id, title: 'build it' },
    forkPending: true,
    providerSessionId: 'conversation-1',
    chosenControls: { effort: 'high' },
    lastPrompt: 'build it',
    lastText: 'I build.',
    queue: [],
    inFlight: [],
    turn: null,
    process: null,
    usage: { inputTokens: 0, turns: 0 },
  });
  const messages = eventsOf(copy).flatMap((event) => (event.kind === 'message' ? [event.message.type] : []));
  expect(messages).toEqual(['text']);
  h.core.agents.query({ ...command(), sessionId: copy, prompt: prompt('otherwise') });
  const of = () => hub.machine.commands.map((c) => c.command).filter((c) => c.sessionId === copy);
  await hub.machine.until(() => of().length === 1);
  expect(of()[0]).toMatchObject({
    options: { resumeSessionId: 'conversation-1', forkSession: true, controls: { effort: 'high' } },
  });
  await says(copy, { type: 'agent_info', providerSessionId: 'conversation-2' });
  expect(stateOf(copy)).toMatchObject({ providerSessionId: 'conversation-2', forkPending: false });
  expect([
    h.core.sessions.sessionOf(DEMO, 'conversation-1'),
    h.core.sessions.sessionOf(DEMO, 'conversation-2'),
  ]).toEqual([id, copy]);
});

test('a fork in the middle of a turn ends that turn in the copy and leaves it running in the other', async () => {
  await aTurn();
  h.core.agents.query({ ...command(), sessionId: id, prompt: prompt('more') });
  await says(id, { type: 'agent_started', turnId: 'turn-2', promptId: stateOf(id).inFlight[0]?.id });
  const copy = fork('Mine');
  expect(stateOf(copy)).toMatchObject({ title: 'Mine', turn: null, lastPrompt: 'more' });
  expect(stateOf(id).turn).toMatchObject({ id: TurnId.parse('turn-2') });
});

test('the same command forks once; where nothing was said or the provider can not, it is refused in words', async () => {
  expect(() => fork()).toThrow('Nothing was said in this session yet');
  await aTurn();
  const input = { ...command(), sessionId: id };
  expect(h.core.sessions.fork(input)).toEqual(h.core.sessions.fork(input));
  const { capabilities } = hub.runProvider;
  hub.provider = { label: 'Simple agent', capabilities: { ...capabilities, fork: false } };
  expect(() => fork()).toThrow("Simple agent can't go on with a copy");
});

test('of a long transcript the newest part is copied, and that is said', async () => {
  await aTurn();
  const many = Array.from({ length: 3_500 }, (_, i) => ({
    type: 'agent_event',
    event: { type: 'text', id: `n${i}`, at: 1, text: `number ${i}` },
  }));
  await says(id, ...many);
  const copy = fork();
  const { events } = h.core.sessions.page({ sessionId: copy, before: Number.MAX_SAFE_INTEGER, limit: 10_000 });
  expect(events.length).toBeLessThan(3_200);
  expect(events[1]).toMatchObject({ kind: 'notice', code: 'fork-cut' });
  expect(stateOf(copy).lastText).toBe('number 3499');
});
