import { afterEach, beforeEach, expect, test } from 'bun:test';
import { type MachineEvent, type PromptId, type SessionId, TurnId } from '@agor/protocol';
import { command, DEMO, PROJECT, prompt, type TestCore, TestHub } from '../core/testing.ts';

const TURN = TurnId.parse('turn-1');
const NEXT_TURN = TurnId.parse('turn-2');
let hub: TestHub;
let h: TestCore;
let id: SessionId;

beforeEach(async () => {
  hub = new TestHub();
  hub.machine.listen();
  h = hub.open();
  await h.core.start();
  id = h.core.agents.query({ ...command(), projectId: PROJECT, prompt: prompt('one') }).sessionId;
  await hub.machine.until(() => sent().length === 1);
});
afterEach(() => hub[Symbol.asyncDispose]());

type Line = Extract<MachineEvent, { kind: 'runner' }>['line'];
const state = () => h.core.sessions.get(id).state;
const sent = () =>
  hub.machine.commands.flatMap(({ command: c }) => (c.kind === 'query' ? [{ text: c.prompt, steer: c.steer }] : []));

async function report(...events: MachineEvent[]): Promise<void> {
  hub.machine.journal(...events);
  await hub.machine.until(() => hub.machine.acknowledged === hub.machine.seq);
}
const says = (...lines: Line[]) => report(...lines.map((line) => ({ kind: 'runner' as const, sessionId: id, line })));
const begins = (turnId: TurnId, promptId: PromptId): Line => ({
  type: 'agent_started',
  sessionId: id,
  turnId,
  promptId,
});
const takes = (promptId: PromptId, steered?: true): Line => ({
  type: 'prompt_accepted',
  sessionId: id,
  promptId,
  steered,
});
const ends = (turnId: TurnId): Line => ({ type: 'turn_ended', sessionId: id, turnId, outcome: 'done' });

async function turnRuns(): Promise<void> {
  await report({ kind: 'runnerStarted', sessionId: id, provider: DEMO, process: { pid: 1, startTime: '1' } });
  const [one] = state().inFlight;
  if (!one) throw new Error('no prompt in flight');
  await says(begins(TURN, one.id));
}
function steer(text: string): PromptId {
  return h.core.agents.query({ ...command(), sessionId: id, prompt: prompt(text), delivery: 'steer' }).promptId;
}
function failureOf(fn: () => unknown): string {
  try {
    fn();
  } catch (error) {
    return (error as Error).message;
  }
  return 'nothing failed';
}

test('a prompt goes into the turn that runs, at once; the agent has it without a turn of its own', async () => {
  await turnRuns();
  const two = steer('two');
  expect(state()).toMatchObject({ queue: [], inFlight: [{ text: 'two' }], turn: { id: TURN } });
  expect(h.core.sessions.get(id).status).toBe('running');
  await hub.machine.until(() => sent().length === 2);
  expect(sent()[1]).toEqual({ text: 'two', steer: true });
  h.core.agents.query({ ...command(), sessionId: id, prompt: prompt('three') });
  await says(takes(two));
  expect(state()).toMatchObject({ inFlight: [], queue: [{ text: 'three' }], turn: { id: TURN } });
  await says(ends(TURN));
  await hub.machine.until(() => sent().length === 3);
  expect(sent()[2]).toEqual({ text: 'three', steer: false });
});

test('a turn that ended before the agent had the prompt is followed by a turn of that prompt; what is queued waits for it', async () => {
  await turnRuns();
  const two = steer('two');
  h.core.agents.query({ ...command(), sessionId: id, prompt: prompt('three') });
  await says(ends(TURN));
  expect(state()).toMatchObject({ inFlight: [{ text: 'two' }], queue: [{ text: 'three' }] });
  await says(takes(two), begins(NEXT_TURN, two));
  expect(state()).toMatchObject({ turn: { id: NEXT_TURN, promptId: two }, queue: [{ text: 'three' }] });
  await says(ends(NEXT_TURN));
  await hub.machine.until(() => sent().length === 3);
  expect(sent().map(({ text }) => text)).toEqual(['one', 'two', 'three']);
});

test('the word that a prompt went into a turn may come after that turn: what is queued goes on then', async () => {
  await turnRuns();
  const two = steer('two');
  h.core.agents.query({ ...command(), sessionId: id, prompt: prompt('three') });
  await says(ends(TURN), takes(two, true));
  await hub.machine.until(() => sent().length === 3);
  expect(sent()[2]).toEqual({ text: 'three', steer: false });
  expect(state()).toMatchObject({ queue: [], inFlight: [{ text: 'three' }] });
});

test('a crash before the agent had the prompt leaves it in doubt; it is sent again by the person only', async () => {
  await turnRuns();
  const two = steer('two');
  await report(
    { kind: 'promptDoubtful', sessionId: id, promptId: two, reason: 'the runner ended' },
    { kind: 'runnerExited', sessionId: id, code: 1, signal: null, expected: false },
  );
  expect(state()).toMatchObject({ inFlight: [], undelivered: [{ prompt: { id: two }, doubtful: true }] });
  expect(sent()).toHaveLength(2);
});

test('behind prompts that wait it waits too, until it is chosen', async () => {
  await turnRuns();
  const two = h.core.agents.query({ ...command(), sessionId: id, prompt: prompt('two') }).promptId;
  const three = steer('three');
  expect(state().queue.map((p) => p.text)).toEqual(['two', 'three']);
  h.core.agents.steerPrompt({ ...command(), sessionId: id, promptId: three });
  expect(state()).toMatchObject({ queue: [{ id: two }], inFlight: [{ id: three }] });
  await hub.machine.until(() => sent().length === 2);
  expect(sent()[1]).toEqual({ text: 'three', steer: true });
});

test('where the provider can not, or no turn runs, a prompt queues, and its choice is refused in words', async () => {
  expect(state().turn).toBeNull();
  const two = steer('two');
  const choose = (promptId: PromptId) => h.core.agents.steerPrompt({ ...command(), sessionId: id, promptId });
  expect(failureOf(() => choose(two))).toContain('No turn runs');
  await turnRuns();
  const { capabilities } = hub.runProvider;
  hub.provider = { label: 'Slow agent', capabilities: { ...capabilities, steer: false } };
  expect(failureOf(() => choose(two))).toContain('Slow agent takes no prompt while it works');
  steer('three');
  expect(state().queue.map((p) => p.text)).toEqual(['two', 'three']);
  expect(failureOf(() => choose('gone' as PromptId))).toContain('does not wait in the queue');
});
